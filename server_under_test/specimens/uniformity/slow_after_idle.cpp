#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

using Clock = std::chrono::steady_clock;

/// What was opened for the last client is given up when nobody comes for a while, and opened anew for the
/// next.
class SlowAfterIdle final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override {
    const std::int64_t now_ns = Clock::now().time_since_epoch().count();
    const std::int64_t last_ns = last_ns_.exchange(now_ns);
    const double idle_s = std::chrono::duration<double>(Clock::duration(now_ns - last_ns)).count();
    if (last_ns != 0 && idle_s >= settings.number("idle"))
      pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }

 private:
  std::atomic<std::int64_t> last_ns_{0};
};

const Registered registered_slow_after_idle(
    {"slow_after_idle",
     "uniformity",
     "holds back the first request after a time without any; a warning, not a failure",
     {{"ms", 1500, 0, 1e6, "ms"}, {"idle", 10, 0, 1e6, "s"}},
     make_service<SlowAfterIdle>});

}  // namespace
}  // namespace bftp::server::specimens
