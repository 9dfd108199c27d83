#include <time.h>

#include <mutex>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

std::chrono::nanoseconds process_cpu() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// A build that needs a little more CPU for everything: too little for a run's checks, not for a comparison.
/// What is burnt is kept at its share of all the rest, whatever a transfer costs on this machine.
class BurnShare final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer&, const protocol::Request&, Session&) override { burn(claim_owed()); }

 private:
  std::chrono::nanoseconds claim_owed() {
    const std::lock_guard lock(mutex_);
    const auto needed = process_cpu() - start_ - burnt_;
    const auto owed = std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(needed.count()) *
                                                                         settings.number("percent") / 100)) -
                      burnt_;
    if (owed.count() <= 0) return {};
    burnt_ += owed;
    return owed;
  }

  std::mutex mutex_;
  std::chrono::nanoseconds start_ = process_cpu();
  std::chrono::nanoseconds burnt_{0};
};

const Registered registered_burn_share(
    {"burn_share",
     "healthy",
     "needs percent more CPU time than the reference server, which only 'compare' sees",
     {{"percent", 5, 0, 1000, "% of the CPU time of all the rest"}},
     make_service<BurnShare>});

}  // namespace
}  // namespace bftp::server::specimens
