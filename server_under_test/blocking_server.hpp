#pragma once

#include <memory>

#include "server_under_test/admission.hpp"
#include "server_under_test/connection_roster.hpp"
#include "server_under_test/thread_group.hpp"

namespace bftp::server {

/// What the models with one thread for one connection (iterative, thread, pool) have in common. Held by
/// shared_ptr, by the model and by each of its threads.
class BlockingServer {
 public:
  BlockingServer(protocol::Listener& listener, const Front& front, const ServingLimits& limits)
      : listener_(listener.fd.get()), front_(front), limits_(limits), admission_(limits.clients_max) {
    prepare_listener(listener_);
  }

  ThreadGroup& threads() { return threads_; }
  const ServingLimits& limits() const { return limits_; }

  /// The next client; nothing once the server ends.
  protocol::UniqueFd accept() { return accept_next(listener_); }

  /// One connection from accept to close.
  class Visit {
   public:
    Visit(BlockingServer& server, protocol::UniqueFd client);
    ~Visit() { server_.admission_.leave(reception_); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    /// False: it is to be turned away at once.
    bool deserves_a_thread() const { return reception_ != Reception::turn_away_at_once; }
    /// On the calling thread.
    void serve();
    void turn_away_at_once() { server::turn_away_at_once(connection_, server_.front_); }

   private:
    BlockingServer& server_;
    Reception reception_;
    protocol::Connection connection_;
    std::unique_ptr<ConnectionRoster::Guest> guest_;  ///< last: it goes before the socket is closed
  };

  /// Takes no new clients and waits until everybody is served. Errors: deadline, if threads are left that
  /// still use the service even after their connections were cut.
  protocol::Result<void> drain();

 private:
  int listener_;
  Front front_;
  ServingLimits limits_;
  Admission admission_;
  std::shared_ptr<ConnectionRoster> roster_ = std::make_shared<ConnectionRoster>();
  ThreadGroup threads_;
};

}  // namespace bftp::server
