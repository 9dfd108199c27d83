#pragma once

#include <vector>

#include "harness/judge/comparison/comparison.hpp"

namespace bftp::judge {

/// A verdict for each gate: fail when some row's whole interval lies beyond the bound, pass when every row's
/// whole interval lies on the right side, else inconclusive. The intervals hold together, over all rows that
/// gates look at, with 1 - comparison_error_max (Bonferroni).
std::vector<Verdict> judge_gates(const record::RunRecord& record);

/// True once every gate whose figure was measured has its answer, or there is none.
bool gates_decided(const record::RunRecord& record);

}  // namespace bftp::judge
