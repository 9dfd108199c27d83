#include "harness/judge/always_waiting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t samples_min = 10;
constexpr std::uint64_t small_bytes = 1u << 20;
constexpr double sizes_apart = 4;
constexpr double most = 0.6;             // of a group's transfers
constexpr double explained_share = 0.5;  // of a wait that is work instead

struct Timer {
  statistics::Signature signature;
  double low_ms;   // the timer, less what the control's own times waver
  double high_ms;  // timers are rarely late
};
constexpr std::array<Timer, 2> timers{
    {{statistics::Signature::delayed_ack, 38, 48}, {statistics::Signature::retransmission, 196, 225}}};

double cpu_ms_of_small(const Evidence& evidence, record::Op op) {
  std::vector<double> costs;
  for (const std::uint32_t index : blocks_of(evidence, record::Arm::server)) {
    const auto& block = evidence.record.blocks[index];
    const bool small = block.transfers > 0 && block.bytes < small_bytes * block.transfers;
    if (block.op == op && small && block.server_cpu_s)
      costs.push_back(*block.server_cpu_s * 1000 / static_cast<double>(block.transfers));
  }
  return statistics::median(costs).value_or(0);
}

/// The median wait, if most transfers of the group waited just so.
std::optional<double> wait_ms(const Group& group, const std::vector<Group>& control, const Timer& timer) {
  if (group.size >= small_bytes || group.samples.size() < samples_min) return std::nullopt;
  const Group* theirs = counterpart(control, group);
  const double usual_ms = theirs == nullptr ? 0 : *statistics::median(times_ms(*theirs));
  std::vector<double> waits = times_ms(group);
  for (double& wait : waits) wait -= usual_ms;
  const auto inside =
      std::ranges::count_if(waits, [&](double wait) { return wait >= timer.low_ms && wait < timer.high_ms; });
  if (static_cast<double>(inside) < most * static_cast<double>(waits.size())) return std::nullopt;
  const double median_ms = *statistics::median(waits);
  if (usual_ms > explained_share * median_ms) return std::nullopt;
  return median_ms;
}

}  // namespace

std::string AlwaysWaiting::names() const {
  constexpr std::size_t told = 3;
  std::vector<std::string> each;
  for (const Group* group : groups) each.push_back(group->name());
  if (each.size() <= told + 1) return joined(each);
  const std::size_t more = each.size() - told;
  each.resize(told);
  each.push_back(fmt::format("{} more", more));
  return joined(each);
}

std::optional<AlwaysWaiting> always_waiting(const Evidence& evidence, const std::vector<Group>& groups,
                                            const std::vector<Group>& control) {
  std::optional<AlwaysWaiting> found_most;
  for (const Timer& timer : timers) {
    AlwaysWaiting found{timer.signature, {}, 0};
    std::vector<double> waits;
    for (const Group& group : groups) {
      const auto wait = wait_ms(group, control, timer);
      if (!wait || cpu_ms_of_small(evidence, group.key.op) > explained_share * *wait) continue;
      found.groups.push_back(&group);
      waits.push_back(*wait);
    }
    if (waits.size() < 2) continue;
    const auto [least, greatest] = std::ranges::minmax(found.groups, {}, &Group::size);
    const bool apart = static_cast<double>(greatest->size) >=
                       sizes_apart * static_cast<double>(std::max<std::uint64_t>(least->size, 1));
    found.median_ms = *statistics::median(waits);
    if (apart && (!found_most || found.groups.size() > found_most->groups.size()))
      found_most = std::move(found);
  }
  return found_most;
}

}  // namespace bftp::judge
