#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/judge/check.hpp"
#include "harness/record/baseline.hpp"

/// What the checks `baseline.*` share: figures of this run beside those of earlier ones.
namespace bftp::judge {

/// One quantity, then and now. Ratios are above 1 where it became worse, whichever way is better.
struct Change {
  record::Metric now, then;
  double ratio = 1;          ///< of the values
  double certain_ratio = 1;  ///< of the ends of both intervals that lie nearest each other; an end that is
                             ///< unknown leaves it at 1: nothing is certain
  double certain_more = 0;   ///< likewise the difference, in the unit of the quantity
};

/// Quantities with these names that both have, the worst certain change first.
std::vector<Change> changes_in(const Evidence& evidence, const std::vector<std::string_view>& names);

/// Whether and how strongly a change counts, by the limits of a check.
enum class Weight { none, warning, suspicious, failure };

struct ChangeRules {
  std::function<Weight(const Change&)> weigh;
  std::string what;     ///< "memory": "The server's memory is as before."
  std::string nothing;  ///< why nothing may be compared, if that is so
  std::string cause;    ///< likely, in words
};

/// The verdict on all of these changes: fails by the worst one.
Verdict judge_changes(Verdict verdict, const Evidence& evidence, const std::vector<Change>& changes,
                      const ChangeRules& rules);

/// True if the baseline stands on fewer than three runs, which do not tell how far a figure varies.
bool few_runs(const Evidence& evidence);
/// Whether the reference server did the same work in this run.
bool has_control(const Evidence& evidence);

/// Shares above the baseline's ratio to the control arm.
struct RatioLimits {
  double more_max = 0;
  double more_warn = 0;
};

/// The verdict on one `…_vs_control` quantity. A single file fails or warns when it is certain; doubt is
/// voiced only over the figure that pools all work, since among many files some are always slower by chance.
/// `rules` brings the words.
Verdict judge_ratio(Verdict verdict, const Evidence& evidence, std::string_view name,
                    const RatioLimits& limits, ChangeRules rules);

}  // namespace bftp::judge
