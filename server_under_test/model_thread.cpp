#include "server_under_test/blocking_server.hpp"

/// A thread for each connection, made when it comes and gone when it goes. Clients wait for nobody; each
/// costs a thread's start, and memory for its stack.
namespace bftp::server {

namespace {

class ThreadModel final : public ConcurrencyModel {
 public:
  protocol::Result<void> serve(protocol::Listener& listener, const Front& front, const ServingLimits& limits,
                               const Stop& stop) override {
    const auto server = std::make_shared<BlockingServer>(listener, front, limits);
    if (!server->threads().start([server] { accept_all(server); }))
      return protocol::Error{protocol::ErrorKind::system, "cannot start a thread"};
    stop.wait();
    return server->drain();
  }

 private:
  static void accept_all(const std::shared_ptr<BlockingServer>& server) {
    while (auto client = server->accept()) {
      const auto visit = std::make_shared<BlockingServer::Visit>(*server, std::move(client));
      const bool starts =
          visit->deserves_a_thread() && server->threads().start([server, visit] { visit->serve(); });
      if (!starts) visit->turn_away_at_once();
    }
  }
};

}  // namespace

std::unique_ptr<ConcurrencyModel> make_thread_model() {
  return std::make_unique<ThreadModel>();
}

}  // namespace bftp::server
