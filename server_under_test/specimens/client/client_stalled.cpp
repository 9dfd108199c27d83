#include <poll.h>

#include "server_under_test/specimens/client/half_source.hpp"

namespace bftp::server::specimens {
namespace {

/// Waits until the client is gone.
class SilentAtHalf final : public HalfSource {
 public:
  SilentAtHalf(std::unique_ptr<Source> inner, int socket) : HalfSource(std::move(inner)), socket_(socket) {}

 protected:
  std::size_t after_half() override {
    pollfd client{socket_, POLLRDHUP, 0};
    ::poll(&client, 1, -1);
    return 0;
  }

 private:
  int socket_;
};

/// A server that hangs, with the connection open.
class ClientStalled final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session& session) override {
    if (answer.body) answer.body = std::make_unique<SilentAtHalf>(std::move(answer.body), session.socket);
  }
};

const Registered registered_client_stalled(
    {"client_stalled",
     "client",
     "announces the file, sends half of it and then nothing until the client leaves",
     {},
     make_service<ClientStalled>});

}  // namespace
}  // namespace bftp::server::specimens
