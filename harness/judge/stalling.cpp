#include "harness/judge/stalling.hpp"

#include <algorithm>
#include <tuple>

#include "harness/judge/machine.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/statistics/stalls.hpp"

namespace bftp::judge {
namespace {

/// A timer's crowd is looked for where it is at least twice the median long.
constexpr double crowd_median_max_ms = 20;

std::vector<double> lengths(const std::vector<Outlier>& outliers) {
  std::vector<double> values;
  for (const Outlier& outlier : outliers) values.push_back(outlier.excess_ms);
  return values;
}

/// Stalls beyond the limit, or the crowd at a timer's length if that has more of them: with many clients five
/// medians can be longer than the timer.
StallFinding find_in(const record::RunRecord& record, const Pool& pool, const OutlierLimit& limit,
                     double confidence) {
  StallFinding finding{pool, find_outliers(record, pool, limit)};
  const auto all = excesses(pool, crowd_median_max_ms);
  const auto crowd = statistics::timer_crowd(lengths(all));
  if (crowd) {
    Outliers timed;
    timed.total = finding.outliers.total;
    for (const Outlier& outlier : all) {
      const double median_ms = outlier.sample->own_ms - outlier.excess_ms;
      if (outlier.excess_ms >= crowd->low_ms && outlier.excess_ms < crowd->high_ms &&
          outlier.excess_ms >= 2 * median_ms)
        timed.found.push_back(outlier);
    }
    recount(record, timed);
    finding.crowd = !timed.found.empty();
    if (timed.found.size() > finding.outliers.found.size()) finding.outliers = std::move(timed);
  }
  finding.low =
      statistics::lower_bound(finding.outliers.found.size(), finding.outliers.total, confidence).value_or(0);
  return finding;
}

std::size_t rounds_judged(const Evidence& evidence) {
  std::vector<std::uint32_t> rounds;
  for (const std::uint32_t block : blocks_of(evidence, record::Arm::server))
    rounds.push_back(evidence.record.blocks[block].round);
  std::sort(rounds.begin(), rounds.end());
  rounds.erase(std::unique(rounds.begin(), rounds.end()), rounds.end());
  return rounds.size();
}

}  // namespace

double stall_events_low(const StallFinding& finding) {
  return statistics::lower_bound(finding.outliers.events, finding.outliers.total).value_or(0);
}

std::optional<StallFinding> worst_stalls(const Evidence& evidence, const std::vector<Group>& groups,
                                         const OutlierLimit& limit, double share_max) {
  const auto pools = pools_of(groups);
  const auto control_groups = groups_of(evidence, record::Arm::control);
  const auto rank_of = [&](const StallFinding& finding) {
    const auto control = stalls_at_same_work(evidence, control_groups, finding, limit);
    const bool counts = !finding.outliers.found.empty() &&
                        beyond_control(finding.low, control ? &control->outliers : nullptr);
    return std::tuple(counts, counts && certainly_above(evidence, finding, share_max), finding.low,
                      finding.outliers.share());
  };
  std::optional<StallFinding> worst;
  std::tuple<bool, bool, double, double> worst_rank;
  for (const Pool& pool : pools) {
    StallFinding finding =
        find_in(evidence.record, pool, limit, 1 - 0.05 / static_cast<double>(pools.size()));
    const auto rank = rank_of(finding);
    if (worst && rank <= worst_rank) continue;
    worst = std::move(finding);
    worst_rank = rank;
  }
  if (worst) worst->pools = static_cast<double>(pools.size());
  return worst;
}

std::optional<StallFinding> stalls_at_same_work(const Evidence& evidence, const std::vector<Group>& groups,
                                                const StallFinding& finding, const OutlierLimit& limit) {
  const auto pools = pools_of(groups);
  const Pool* pool = same_work(pools, finding.pool);
  if (pool == nullptr) return std::nullopt;
  return find_in(evidence.record, *pool, limit, 0.95);
}

OutlierLimit stall_limit(const Evidence& evidence, double times_median, double excess_ms) {
  return {times_median, std::max(excess_ms, scheduler_floor_ms(evidence.record)), false};
}

bool beyond_control(double low, const Outliers* control) {
  if (control == nullptr || control->found.empty()) return true;
  return low > statistics::upper_bound(control->found.size(), control->total).value_or(0);
}

bool beyond_control(const Evidence& evidence, const StallFinding& finding, const OutlierLimit& limit) {
  const auto groups = groups_of(evidence, record::Arm::control);
  const auto control = stalls_at_same_work(evidence, groups, finding, limit);
  return beyond_control(finding.low, control ? &control->outliers : nullptr);
}

double p_of_share(const Outliers& outliers, double pools, double share_max) {
  return std::min(
      1.0, pools * statistics::p_at_least(outliers.found.size(), outliers.total, share_max).value_or(1));
}

bool spread_out(const Evidence& evidence, const Outliers& outliers) {
  return outliers.events >= stall_events_min &&
         outliers.rounds >= std::min(stall_rounds_min, rounds_judged(evidence));
}

bool certainly_above(const Evidence& evidence, const StallFinding& finding, double share_max) {
  return finding.low > share_max && spread_out(evidence, finding.outliers) &&
         stall_events_low(finding) > share_max * stall_moments_share;
}

bool stalls_are_frequent(const Evidence& evidence, const StallFinding& finding, const OutlierLimit& limit) {
  return certainly_above(evidence, finding, stall_share_max) && beyond_control(evidence, finding, limit);
}

}  // namespace bftp::judge
