#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Every transfer takes the same time longer.
class SlowButSteady final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }
};

const Registered registered_slow_but_steady({"slow_but_steady",
                                             "healthy",
                                             "delays each transfer by the same ms",
                                             {{"ms", 5, 0, 1e6, "ms"}},
                                             make_service<SlowButSteady>});

}  // namespace
}  // namespace bftp::server::specimens
