#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A signal as a failure.
class WrongExitStatus final : public Lifecycle {
 public:
  explicit WrongExitStatus(const Setup& setup) : settings_(setup.settings) {}
  int exit_status(int) override { return static_cast<int>(settings_.count("status")); }

 private:
  [[maybe_unused]] const Settings& settings_;
};

const Registered registered_wrong_exit_status(
    {"wrong_exit_status",
     "lifecycle",
     "ends with another status than 0 after SIGTERM, against clause 6.3",
     {{"status", 1, 1, 255, "exit status"}},
     nullptr,
     make_lifecycle<WrongExitStatus>});

}  // namespace
}  // namespace bftp::server::specimens
