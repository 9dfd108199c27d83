#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "server_under_test/serve_connection.hpp"

namespace bftp::server {

/// The connections that threads of this process serve at the moment, so that a server that ends can reach
/// them. Any thread.
class ConnectionRoster : public std::enable_shared_from_this<ConnectionRoster> {
 public:
  /// A connection's place in the roster. Give it up before the socket is closed: its number gets used again.
  class Guest final : public Idleness {
   public:
    Guest(std::shared_ptr<ConnectionRoster> roster, int socket);
    ~Guest() override;
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

    bool begin() override;
    void end() override { idle_ = false; }

   private:
    friend class ConnectionRoster;
    std::shared_ptr<ConnectionRoster> roster_;
    int socket_;
    std::atomic<bool> idle_ = false;
  };

  std::unique_ptr<Guest> enter(int socket) { return std::make_unique<Guest>(shared_from_this(), socket); }

  /// Ends the idle connections now, and the others after the request that they are at.
  void end_idle();
  /// Ends all connections at once: whoever reads or writes gets an error.
  void cut();

 private:
  std::mutex mutex_;
  std::unordered_set<Guest*> guests_;  ///< guarded by mutex_
  std::atomic<bool> ending_ = false;
};

}  // namespace bftp::server
