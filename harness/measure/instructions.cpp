#include "harness/measure/instructions.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "protocol/unique_fd.hpp"

namespace bftp::measure {
namespace {

using protocol::UniqueFd;

constexpr std::size_t threads_max = 512;

perf_event_attr attributes(PerfEvent event, bool in_kernel) {
  perf_event_attr what{};
  what.size = sizeof what;
  what.type = event == PerfEvent::instructions ? std::uint32_t{PERF_TYPE_HARDWARE}
                                               : std::uint32_t{PERF_TYPE_SOFTWARE};
  what.config = event == PerfEvent::instructions ? std::uint64_t{PERF_COUNT_HW_INSTRUCTIONS}
                                                 : std::uint64_t{PERF_COUNT_SW_TASK_CLOCK};
  what.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  what.inherit = 1;
  what.exclude_hv = 1;
  what.exclude_kernel = in_kernel ? 0 : 1;
  return what;
}

UniqueFd open_event(PerfEvent event, bool in_kernel, int thread) {
  perf_event_attr what = attributes(event, in_kernel);
  // glibc has no wrapper for it.
  return UniqueFd(
      static_cast<int>(::syscall(SYS_perf_event_open, &what, thread, -1, -1, PERF_FLAG_FD_CLOEXEC)));
}

class PerfCounter final : public EventCounter {
 public:
  explicit PerfCounter(std::vector<UniqueFd> events) : events_(std::move(events)) {}

  std::optional<double> total() override {
    double sum = 0;
    for (const UniqueFd& event : events_) {
      struct {
        std::uint64_t count = 0, enabled_ns = 0, running_ns = 0;
      } value;
      if (::read(event.get(), &value, sizeof value) != static_cast<ssize_t>(sizeof value))
        return std::nullopt;
      if (value.running_ns == 0) {
        // It has not been on a processor yet; or it has, and others had the counter all the time.
        if (value.enabled_ns > 0) return std::nullopt;
        continue;
      }
      // More events than the processor has counters take turns (perf_event_open(2)).
      sum += static_cast<double>(value.count) * static_cast<double>(value.enabled_ns) /
             static_cast<double>(value.running_ns);
    }
    return sum;
  }

 private:
  std::vector<UniqueFd> events_;
};

}  // namespace

std::unique_ptr<EventCounter> count_events(PerfEvent event, std::span<const int> threads) {
  if (threads.empty() || threads.size() > threads_max) return nullptr;
  std::vector<UniqueFd> events;
  bool in_kernel = true;
  for (const int thread : threads) {
    UniqueFd opened = open_event(event, in_kernel, thread);
    if (!opened && in_kernel && events.empty() && (errno == EACCES || errno == EPERM)) {
      in_kernel = false;
      opened = open_event(event, in_kernel, thread);
    }
    if (opened) {
      events.push_back(std::move(opened));
    } else if (errno != ESRCH) {  // a thread that has ended meanwhile counts no more
      return nullptr;
    }
  }
  if (events.empty()) return nullptr;
  return std::make_unique<PerfCounter>(std::move(events));
}

}  // namespace bftp::measure
