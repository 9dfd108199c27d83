#include <sys/socket.h>

#include "server_under_test/specimens/client/half_source.hpp"

namespace bftp::server::specimens {
namespace {

/// With SO_LINGER of 0 the close that follows sends RST (socket(7)).
class ResetAtHalf final : public HalfSource {
 public:
  ResetAtHalf(std::unique_ptr<Source> inner, int socket) : HalfSource(std::move(inner)), socket_(socket) {}

 protected:
  std::size_t after_half() override {
    pause(std::chrono::milliseconds(50));  // what was sent arrives first: RST drops what is still on its way
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return 0;
  }

 private:
  int socket_;
};

/// A server whose process dies in the middle of a transfer.
class ClientReset final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session& session) override {
    if (answer.body) answer.body = std::make_unique<ResetAtHalf>(std::move(answer.body), session.socket);
  }
};

const Registered registered_client_reset(
    {"client_reset",
     "client",
     "announces the file, sends half of it and resets the connection, for every GET",
     {},
     make_service<ClientReset>});

}  // namespace
}  // namespace bftp::server::specimens
