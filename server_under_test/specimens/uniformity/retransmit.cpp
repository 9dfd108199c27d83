#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// What a lost segment costs: the least retransmission timeout of Linux.
class Retransmit final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (dice.hits(settings.number("p")))
      pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }
};

const Registered registered_retransmit({"retransmit",
                                        "uniformity",
                                        "holds back a share p of transfers for 200 ms",
                                        {{"p", 0.03, 0, 1, "share of transfers"}, {"ms", 200, 0, 1e6, "ms"}},
                                        make_service<Retransmit>});

}  // namespace
}  // namespace bftp::server::specimens
