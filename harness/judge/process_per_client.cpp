#include "harness/judge/process_per_client.hpp"

#include <algorithm>

#include "harness/judge/samples.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t samples_min = 5;

std::uint32_t processes_at_rest(const record::RunRecord& record) {
  std::uint32_t most = 0;
  for (const auto& point : record.quiet_points)
    if (point.sample.arm == record::Arm::server) most = std::max(most, point.sample.processes.value_or(0));
  return most;
}

}  // namespace

bool starts_processes(const Evidence& evidence) {
  const std::uint32_t at_rest = processes_at_rest(evidence.record);
  if (at_rest == 0) return false;
  std::size_t known = 0, more = 0;
  for (const std::uint32_t index : blocks_of(evidence, record::Arm::server)) {
    const auto& block = evidence.record.blocks[index];
    for (const auto& sample : evidence.record.samples) {
      const bool inside = sample.time_s >= block.start_s && sample.time_s <= block.end_s;
      if (!inside || sample.arm != record::Arm::server || !sample.processes) continue;
      ++known;
      if (*sample.processes > at_rest) ++more;
    }
  }
  return known >= samples_min && 2 * more >= known;
}

}  // namespace bftp::judge
