#include <unistd.h>

#include <mutex>

#include "harness/measure/make_probe.hpp"

namespace bftp::measure {
namespace {

class LinuxHostProbe final : public HostProbe {
 public:
  explicit LinuxHostProbe(std::unique_ptr<ProcFiles> files) : files_(std::move(files)) {}

  std::optional<MachineCpu> machine_cpu() override {
    const std::scoped_lock lock(mutex_);
    const auto text = files_->read("/proc/stat");
    const auto ticks = text ? parse_machine_ticks(*text) : std::nullopt;
    if (!ticks) return std::nullopt;
    return MachineCpu{seconds(ticks->total), seconds(ticks->idle), seconds(ticks->steal)};
  }

  std::optional<double> process_cpu_s(int pid) override {
    const std::scoped_lock lock(mutex_);
    if (const auto time = files_->cpu_clock_s(pid)) return time;
    const auto text = files_->read("/proc/" + std::to_string(pid) + "/stat");
    const auto stat = text ? parse_stat_line(*text) : std::nullopt;
    if (!stat) return std::nullopt;
    return seconds(stat->user_ticks + stat->system_ticks);
  }

  /// VmHWM begins anew at exec; ru_maxrss does not and would show the parent's peak.
  std::optional<double> process_rss_peak_mib(int pid) override {
    const std::scoped_lock lock(mutex_);
    const auto text = files_->read("/proc/" + std::to_string(pid) + "/status");
    const auto kib = text ? value_of_key(*text, "VmHWM") : std::nullopt;
    if (!kib) return std::nullopt;
    return static_cast<double>(*kib) / 1024.0;
  }

 private:
  double seconds(std::uint64_t ticks) const { return static_cast<double>(ticks) / ticks_per_s_; }

  std::mutex mutex_;
  std::unique_ptr<ProcFiles> files_;
  double ticks_per_s_ = static_cast<double>(::sysconf(_SC_CLK_TCK));
};

}  // namespace

std::unique_ptr<HostProbe> make_host_probe(std::unique_ptr<ProcFiles> files) {
  if (!files) files = make_proc_files();
  return std::make_unique<LinuxHostProbe>(std::move(files));
}

}  // namespace bftp::measure
