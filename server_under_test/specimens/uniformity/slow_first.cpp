#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Everything is loaded when somebody first asks.
class SlowFirst final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    if (!awake_.exchange(true)) pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }

 private:
  std::atomic<bool> awake_{false};
};

const Registered registered_slow_first({"slow_first",
                                        "uniformity",
                                        "holds back the first transfer of its life; a warning, not a failure",
                                        {{"ms", 1500, 0, 1e6, "ms"}},
                                        make_service<SlowFirst>});

}  // namespace
}  // namespace bftp::server::specimens
