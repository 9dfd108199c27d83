#pragma once

#include <string>

#include "harness/history/trends.hpp"

/// What terminal and page say of a history in the same words. Not escaped.
namespace bftp::report {

/// "1a2b3c4d", with "-dirty" where it had changes that were not committed; "-" if unknown.
std::string commit_text(const history::RunSummary& run);

/// "passed", "failed", "inconclusive", "not judged".
std::string outcome_word(const history::RunSummary& run);

/// "20 % up, for the worse: 1.01 to 1.21 between 1a2b and 3c4d (git log …), p = 0.0004".
std::string change_text(const history::Trends& trends, const history::Trend& trend,
                        const history::ChangePoint& change);

}  // namespace bftp::report
