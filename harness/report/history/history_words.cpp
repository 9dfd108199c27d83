#include "harness/report/history/history_words.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"

namespace bftp::report {

std::string commit_text(const history::RunSummary& run) {
  if (!run.commit) return "-";
  constexpr std::size_t shown = 8;
  const bool dirty = run.commit->ends_with("-dirty");
  return visible_at_most(run.commit->substr(0, shown), shown) + (dirty ? "-dirty" : "");
}

std::string outcome_word(const history::RunSummary& run) {
  switch (run.exit_code) {
    case 0:
      return "passed";
    case 1:
      return "failed";
    case 2:
      return "inconclusive";
    default:
      return "not judged";
  }
}

std::string change_text(const history::Trends& trends, const history::Trend& trend,
                        const history::ChangePoint& change) {
  const double share = change.before != 0 ? std::abs(change.after / change.before - 1) : HUGE_VAL;
  const std::string by = std::isfinite(share) ? percent_text(share) + " " : "";
  return fmt::format(
      "{}{}, for the {}: {} to {} {}, p = {}", by, change.after > change.before ? "up" : "down",
      history::for_the_worse(trend, change) ? "worse" : "better", significant(change.before),
      significant(change.after), visible(history::range_of(trends, trend, change)), significant(change.p));
}

}  // namespace bftp::report
