#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A resource that runs short now and then, and nobody waits for it.
class RefuseSometimes final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (dice.hits(settings.number("p"))) answer = refusal(protocol::ReplyCode::server_failed, "try again");
  }
};

const Registered registered_refuse_sometimes({"refuse_sometimes",
                                              "identity",
                                              "answers a share p of transfers with ERR 500",
                                              {{"p", 0.02, 0, 1, "share of transfers"}},
                                              make_service<RefuseSometimes>});

}  // namespace
}  // namespace bftp::server::specimens
