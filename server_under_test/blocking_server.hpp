#pragma once

#include <memory>

#include "server_under_test/connection_roster.hpp"
#include "server_under_test/thread_group.hpp"

namespace bftp::server {

/// How many clients beyond the limit may be told so politely at the same time; further ones are told and
/// closed at once.
inline constexpr std::size_t turned_away_max = 16;

/// What the models with one thread for one connection (iterative, thread, pool) have in common. Held by
/// shared_ptr, by the model and by each of its threads.
class BlockingServer {
 public:
  BlockingServer(protocol::Listener& listener, const Front& front, const ServingLimits& limits)
      : listener_(listener.fd.get()), front_(front), limits_(limits) {
    prepare_listener(listener_);
  }

  ThreadGroup& threads() { return threads_; }
  const ServingLimits& limits() const { return limits_; }
  std::size_t clients() const { return roster_->size(); }

  /// The next client; nothing once the server ends.
  protocol::UniqueFd accept() { return accept_next(listener_); }

  /// One connection from accept to close, on the calling thread.
  class Visit {
   public:
    Visit(BlockingServer& server, protocol::UniqueFd client);
    void serve();
    void turn_away() { turn_away_at_once(connection_, server_.front_); }

   private:
    BlockingServer& server_;
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
  std::shared_ptr<ConnectionRoster> roster_ = std::make_shared<ConnectionRoster>();
  ThreadGroup threads_;
};

}  // namespace bftp::server
