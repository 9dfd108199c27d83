#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Waits for a licence server.
class NeverListens final : public Lifecycle {
 public:
  explicit NeverListens(const Setup& setup) : settings_(setup.settings) {}
  void before_listening() override { pause(std::chrono::duration<double>(settings_.number("s"))); }

 private:
  [[maybe_unused]] const Settings& settings_;
};

const Registered registered_never_listens({"never_listens",
                                           "lifecycle",
                                           "opens its port only after s seconds",
                                           {{"s", 3600, 0, 1e9, "s"}},
                                           nullptr,
                                           make_lifecycle<NeverListens>});

}  // namespace
}  // namespace bftp::server::specimens
