#include "harness/report/history/history_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"

namespace bftp::report {

std::string commit_text(const history::RunSummary& run) {
  if (!run.commit) return "-";
  constexpr std::size_t hash_shown = 8, name_shown = 14;
  const std::string& commit = *run.commit;
  const bool is_hash =
      commit.find_first_not_of("0123456789abcdef") >= std::min<std::size_t>(commit.size(), 40);
  if (!is_hash) return visible_at_most(commit, name_shown);
  return visible_at_most(commit.substr(0, hash_shown), hash_shown) +
         (commit.ends_with("-dirty") ? "-dirty" : "");
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
