#include "harness/judge/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge {
namespace {

constexpr double strangers_share_max = 0.25;
constexpr double steal_share_max = 0.05;
constexpr double slice_ms = 4;

/// Below this a block is shorter than the ticks that its CPU time is counted in.
constexpr double busy_s_min = 0.02;

}  // namespace

bool MachineState::disturbed() const {
  return strangers_share.value_or(0) > strangers_share_max || steal_share.value_or(0) > steal_share_max;
}

std::string MachineState::why() const {
  if (steal_share.value_or(0) > steal_share_max)
    return fmt::format("the hypervisor took {:.0f} % of the machine away", *steal_share * 100);
  if (strangers_share.value_or(0) > strangers_share_max)
    return fmt::format("other programs used {:.0f} % of the machine", *strangers_share * 100);
  return "";
}

bool MachineState::idle() const {
  constexpr double idle_share_max = 0.4;
  return busy_share.value_or(1) < idle_share_max;
}

std::string MachineState::bottleneck() const {
  constexpr double saturated_share = 0.9;
  if (busy_share.value_or(0) < saturated_share) return "";
  const std::array<std::pair<const char*, double>, 4> users{{{"the server", server_share.value_or(0)},
                                                             {"the workers", workers_share.value_or(0)},
                                                             {"strangers", strangers_share.value_or(0)},
                                                             {"the hypervisor", steal_share.value_or(0)}}};
  const auto most = std::max_element(users.begin(), users.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return fmt::format("{}, {:.0f} % of it", most->first, most->second * 100);
}

MachineState machine_state(const Evidence& evidence, record::Arm arm) {
  std::vector<double> busy, server, workers, strangers, steal;
  const double cores = std::max(1u, evidence.record.machine.cores);
  for (const std::uint32_t index : blocks_of(evidence, arm)) {
    const auto& block = evidence.record.blocks[index];
    if (block.busy_s < busy_s_min) continue;
    const double capacity_s = block.busy_s * cores;
    if (block.machine_busy_share) busy.push_back(*block.machine_busy_share);
    if (block.machine_steal_share) steal.push_back(*block.machine_steal_share);
    if (block.server_cpu_s) server.push_back(*block.server_cpu_s / capacity_s);
    if (block.workers_cpu_s) workers.push_back(*block.workers_cpu_s / capacity_s);
    if (block.machine_busy_share && block.server_cpu_s && block.workers_cpu_s)
      strangers.push_back(std::max(
          0.0, *block.machine_busy_share - (*block.server_cpu_s + *block.workers_cpu_s) / capacity_s));
  }
  return {statistics::median(busy), statistics::median(server), statistics::median(workers),
          statistics::median(strangers), statistics::median(steal)};
}

double scheduler_floor_ms(const record::RunRecord& record) {
  const double cores = std::max(1u, record.machine.cores);
  const double tasks = 1 + 2 * static_cast<double>(record.plan.clients.count) / cores;
  return std::max(12.0, slice_ms * tasks);
}

}  // namespace bftp::judge
