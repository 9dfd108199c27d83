#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A lost wake-up.
class HangSometimes final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (dice.hits(settings.number("p"))) pause(std::chrono::duration<double>(settings.number("s")));
  }
};

const Registered registered_hang_sometimes(
    {"hang_sometimes",
     "identity",
     "answers a share p of transfers only after s seconds, long past any deadline",
     {{"p", 0.002, 0, 1, "share of transfers"}, {"s", 60, 0, 1e6, "s"}},
     make_service<HangSometimes>});

}  // namespace
}  // namespace bftp::server::specimens
