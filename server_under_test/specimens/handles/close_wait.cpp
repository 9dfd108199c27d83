#include <fcntl.h>

#include "protocol/unique_fd.hpp"
#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// The client is gone, and nobody closes our end.
class CloseWait final : public Fault {
 public:
  using Fault::Fault;
  void closed(Session& session) override {
    if (dice.hits(settings.number("p")))
      lost_.keep(protocol::UniqueFd(::fcntl(session.socket, F_DUPFD_CLOEXEC, 0)));
    Fault::closed(session);
  }

 private:
  Hoard<protocol::UniqueFd> lost_;
};

const Registered registered_close_wait({"close_wait",
                                        "handles",
                                        "keeps the socket of a share p of connections open: CLOSE_WAIT",
                                        {{"p", 1, 0, 1, "share of connections"}},
                                        make_service<CloseWait>});

}  // namespace
}  // namespace bftp::server::specimens
