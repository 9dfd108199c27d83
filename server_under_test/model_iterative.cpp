#include "server_under_test/blocking_server.hpp"

/// One client after the other: the simplest server there is. Whoever comes second waits until the first has
/// gone, so this model breaks clause 6.1 by design.
namespace bftp::server {

namespace {

class IterativeModel final : public ConcurrencyModel {
 public:
  protocol::Result<void> serve(protocol::Listener& listener, const Front& front, const ServingLimits& limits,
                               const Stop& stop) override {
    const auto server = std::make_shared<BlockingServer>(listener, front, limits);
    // A thread of its own only so that this one can wait for the stop.
    if (!server->threads().start([server] { serve_one_by_one(*server); }))
      return protocol::Error{protocol::ErrorKind::system, "cannot start a thread"};
    stop.wait();
    return server->drain();
  }

 private:
  static void serve_one_by_one(BlockingServer& server) {
    while (auto client = server.accept()) BlockingServer::Visit(server, std::move(client)).serve();
  }
};

}  // namespace

std::unique_ptr<ConcurrencyModel> make_iterative_model() {
  return std::make_unique<IterativeModel>();
}

}  // namespace bftp::server
