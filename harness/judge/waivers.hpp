#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/judge/verdict.hpp"

namespace bftp::judge {

/// What is known and accepted decides nothing: a failure or an inconclusive verdict with a waiver becomes a
/// warning that tells both. A pass with a waiver becomes a warning too, since the waiver would hide the next
/// failure. What was skipped, or warned of anyway, keeps its verdict. `waivers`: reasons by id; of the
/// two servers of a comparison one alone ("head.identity.copies"), or both ("identity.copies").
void apply_waivers(const std::map<std::string, std::string>& waivers, std::vector<Verdict>& verdicts);

}  // namespace bftp::judge
