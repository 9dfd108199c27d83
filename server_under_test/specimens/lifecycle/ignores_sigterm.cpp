#include <csignal>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Ends only when it is killed.
class IgnoresSigterm final : public Lifecycle {
 public:
  explicit IgnoresSigterm(const Setup& setup) : settings_(setup.settings) {}
  void listening(const protocol::Endpoint&) override {
    static_cast<void>(std::signal(SIGTERM, SIG_IGN));
    // A blocked signal is kept even if it is ignored, and a signalfd would still see it.
    sigset_t terminate{};
    sigemptyset(&terminate);
    sigaddset(&terminate, SIGTERM);
    ::pthread_sigmask(SIG_UNBLOCK, &terminate, nullptr);
  }

 private:
  [[maybe_unused]] const Settings& settings_;
};

const Registered registered_ignores_sigterm({"ignores_sigterm",
                                             "lifecycle",
                                             "ignores SIGTERM, against clause 6.3",
                                             {},
                                             nullptr,
                                             make_lifecycle<IgnoresSigterm>});

}  // namespace
}  // namespace bftp::server::specimens
