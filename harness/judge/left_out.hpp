#pragma once

#include <string>

#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// Why a run has no phase in which clients of ours are impolite (half a request, a transfer that is broken
/// off, requests that are to be refused) and the server is watched; a sentence. Empty: it can have one.
std::string why_no_impolite_clients(const record::RunRecord& record);

}  // namespace bftp::judge
