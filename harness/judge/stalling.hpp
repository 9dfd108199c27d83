#pragma once

#include <optional>
#include <vector>

#include "harness/judge/check.hpp"
#include "harness/judge/outliers.hpp"

/// Transfers that stood still, as several checks look at them: how many (uniformity.stalls), with a timer's
/// length (uniformity.timers), at a steady distance (uniformity.periodic).
namespace bftp::judge {

/// Separate moments that there must be for stalls to be the server's, and rounds that they must be spread
/// over.
inline constexpr std::size_t stall_events_min = 5;
inline constexpr std::size_t stall_rounds_min = 3;
/// Separate moments for each stalled transfer that there must be at least. An iterative server passes one
/// pause of the machine on to every client in its queue: many transfers, one moment.
inline constexpr double stall_moments_share = 0.25;
/// The default of uniformity.stalls.
inline constexpr double stall_share_max = 0.02;

struct StallFinding {
  Pool pool;
  Outliers outliers;
  bool crowd = false;  ///< the length of a kernel timer, set apart from the rest
  double low = 0;      ///< of the share, one-sided bound
  double pools = 1;    ///< it was chosen from
};

/// A lower bound of the share of transfers that began a separate moment.
double stall_events_low(const StallFinding& finding);

/// The pool that says most, with the confidence corrected for the number of pools (Bonferroni): of those that
/// the control arm does not excuse (beyond_control()), if there are any with stalls; and of these one that is
/// certainly beyond `share_max` at separate moments, before one that a single pause of the machine gave more.
/// Points into `groups`.
std::optional<StallFinding> worst_stalls(const Evidence& evidence, const std::vector<Group>& groups,
                                         const OutlierLimit& limit, double share_max = stall_share_max);

/// The default of uniformity.stalls, with the scheduler's floor of this run.
OutlierLimit stall_limit(const Evidence& evidence, double times_median = 5, double excess_ms = 30);

/// Whether a share that is certainly at least `low` is more than the control arm shows. A control that is not
/// there, or without a single such transfer, excuses none, however few transfers it made.
bool beyond_control(double low, const Outliers* control);
bool beyond_control(const Evidence& evidence, const StallFinding& finding, const OutlierLimit& limit);

/// What `groups` of the control have at the work in which `finding` was found; nothing without such work.
std::optional<StallFinding> stalls_at_same_work(const Evidence& evidence, const std::vector<Group>& groups,
                                                const StallFinding& finding, const OutlierLimit& limit);

/// Chance of so many if their true share were `share_max`; the worst of `pools` was looked at (Bonferroni).
double p_of_share(const Outliers& outliers, double pools, double share_max);

/// Spread over enough moments and rounds to be no single accident.
bool spread_out(const Evidence& evidence, const Outliers& outliers);

/// Certainly more than `share_max`, at enough separate moments.
bool certainly_above(const Evidence& evidence, const StallFinding& finding, double share_max);

/// Whether uniformity.stalls says enough with its standard limits, so that a check that looks closer at the
/// same transfers need not fail for them once more.
bool stalls_are_frequent(const Evidence& evidence, const StallFinding& finding, const OutlierLimit& limit);

}  // namespace bftp::judge
