#pragma once

#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// A verdict for each torture case of the record, in order. A broken expectation fails if a clause demands it
/// or the server did not survive it, else it warns; what was tolerated, or seen once only, warns.
std::vector<Verdict> case_verdicts(const record::RunRecord& record);

}  // namespace bftp::judge
