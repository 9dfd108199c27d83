#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Waits for something at its end.
class SlowStop final : public Lifecycle {
 public:
  explicit SlowStop(const Setup& setup) : settings_(setup.settings) {}
  int exit_status(int status) override {
    pause(std::chrono::duration<double>(settings_.number("s")));
    return status;
  }

 private:
  [[maybe_unused]] const Settings& settings_;
};

const Registered registered_slow_stop({"slow_stop",
                                       "lifecycle",
                                       "takes s seconds to end after SIGTERM, against clause 6.3",
                                       {{"s", 8, 0, 1e6, "s"}},
                                       nullptr,
                                       make_lifecycle<SlowStop>});

}  // namespace
}  // namespace bftp::server::specimens
