#include <fmt/format.h>

#include <array>
#include <optional>
#include <sstream>
#include <string>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

/// As harness.saturation has it.
constexpr double steal_share_max = 0.05;

struct CpuTimes {
  double total = 0, steal = 0;
};

/// proc_stat(5): user nice system idle iowait irq softirq steal, in ticks.
std::optional<CpuTimes> cpu_times(const std::optional<std::string>& stat) {
  std::istringstream line(stat.value_or(""));
  std::string name;
  std::array<double, 8> ticks{};
  line >> name;
  for (double& value : ticks)
    if (!(line >> value)) return std::nullopt;
  CpuTimes times;
  for (const double value : ticks) times.total += value;
  times.steal = ticks.back();
  return name == "cpu" ? std::optional(times) : std::nullopt;
}

Finding look_at_steal(System& system) {
  constexpr unsigned watched_ms = 1000;
  const auto before = cpu_times(system.read("/proc/stat"));
  system.sleep_ms(watched_ms);
  const auto after = cpu_times(system.read("/proc/stat"));
  if (!before || !after || after->total <= before->total)
    return {Level::note, "steal is unknown", {}, "", ""};
  const double share = (after->steal - before->steal) / (after->total - before->total);
  const std::string found = fmt::format("{:.1f} % stolen over a second", share * 100);
  if (share <= steal_share_max) return {Level::good, found, {}, "", ""};
  return {Level::weaker,
          found,
          {"uniformity.*", "cpu.*", "harness.saturation"},
          "the host runs other machines meanwhile: timing checks that would fail are inconclusive",
          "a machine of its own, or another hour"};
}

}  // namespace

BFTP_REGISTER_PROBE(steal, {"cpu.steal", "time that a hypervisor takes away", 430, &look_at_steal})

}  // namespace bftp::doctor
