#pragma once

#include <string>
#include <string_view>

#include "harness/judge/verdict.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// Whether the plan is without that phase of plan::phases; a sentence. Empty: it is not.
std::string why_phase_was_left_out(const record::RunRecord& record, std::string_view phase);

/// Why a run has no phase in which clients of ours are impolite (half a request, a transfer that is broken
/// off, requests that are to be refused) and the server is watched; a sentence. Empty: it can have one.
std::string why_no_impolite_clients(const record::RunRecord& record);

/// Likewise of the phase of PUTs onto an older file, which the workers lay into the server's root.
std::string why_nothing_was_replaced(const record::RunRecord& record);

/// Likewise of the phase of requests that move no whole file.
std::string why_no_other_verbs(const record::RunRecord& record);

/// Not one transfer: whatever looks well says nothing of the server's job, and is skipped instead of passed.
Verdict needing_work(Verdict verdict, const record::RunRecord& record);

}  // namespace bftp::judge
