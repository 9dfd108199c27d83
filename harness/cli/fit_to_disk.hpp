#pragma once

#include <string>

#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

namespace bftp::cli {

/// Copies that PUT leaves in a root of ours, on the disk of `scratch`, until they are verified: makes the
/// workers verify (plan.clients.arena_bytes) before they fill more than half of what is free there. A server
/// that answers ERR 507 because our disk is full must not be blamed for it. Errors: no_space where not even
/// one copy of the largest fixture for each client fits. Nothing to do without PUT, or where every server has
/// a root of its own.
protocol::Result<void> fit_to_disk(record::RunRecord& record, const std::string& scratch);

/// The same of `free_bytes`. Pure.
protocol::Result<void> fit_to_disk(record::RunRecord& record, const std::string& scratch,
                                   std::uint64_t free_bytes);

}  // namespace bftp::cli
