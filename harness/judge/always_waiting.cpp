#include "harness/judge/always_waiting.hpp"

#include <algorithm>
#include <array>

#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t samples_min = 10;
constexpr std::uint64_t small_bytes = 1u << 20;
constexpr double sizes_apart = 4;
constexpr double most_of_its_time = 0.5;  // of the median: the rest is work, and its length an accident

std::optional<double> wait_ms(const Group& group, const std::vector<Group>& control) {
  if (group.size >= small_bytes || group.samples.size() < samples_min) return std::nullopt;
  const double median_ms = *statistics::median(times_ms(group));
  const Group* theirs = counterpart(control, group);
  if (theirs == nullptr) return median_ms;
  const double wait = median_ms - *statistics::median(times_ms(*theirs));
  if (wait < most_of_its_time * median_ms) return std::nullopt;
  return wait;
}

}  // namespace

std::string AlwaysWaiting::names() const {
  std::vector<std::string> each;
  for (const Group* group : groups) each.push_back(group->name());
  return joined(each);
}

std::optional<AlwaysWaiting> always_waiting(const std::vector<Group>& groups,
                                            const std::vector<Group>& control) {
  using statistics::Signature;
  std::optional<AlwaysWaiting> most;
  for (const Signature signature : {Signature::delayed_ack, Signature::retransmission}) {
    AlwaysWaiting found{signature, {}, 0};
    std::vector<double> waits;
    for (const Group& group : groups) {
      const auto wait = wait_ms(group, control);
      if (!wait || statistics::name_signature(std::array{*wait}) != signature) continue;
      found.groups.push_back(&group);
      waits.push_back(*wait);
    }
    if (waits.size() < 2) continue;
    const auto [least, greatest] = std::ranges::minmax(found.groups, {}, &Group::size);
    const bool apart = static_cast<double>(greatest->size) >=
                       sizes_apart * static_cast<double>(std::max<std::uint64_t>(least->size, 1));
    found.median_ms = *statistics::median(waits);
    if (apart && (!most || found.groups.size() > most->groups.size())) most = std::move(found);
  }
  return most;
}

}  // namespace bftp::judge
