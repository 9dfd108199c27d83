#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Loads much before it listens.
class SlowStart final : public Lifecycle {
 public:
  explicit SlowStart(const Setup& setup) : settings_(setup.settings) {}
  void before_listening() override { pause(std::chrono::duration<double>(settings_.number("s"))); }

 private:
  [[maybe_unused]] const Settings& settings_;
};

const Registered registered_slow_start({"slow_start",
                                        "healthy",
                                        "listens only after s seconds",
                                        {{"s", 3, 0, 1e6, "s"}},
                                        nullptr,
                                        make_lifecycle<SlowStart>});

}  // namespace
}  // namespace bftp::server::specimens
