#pragma once

#include <memory>
#include <string>

#include "harness/cli/progress_line.hpp"
#include "harness/cli/scratch_folder.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

/// What `run` and `compare` do before anything is started.
namespace bftp::cli {

std::string utc_compact();  ///< now: "20260131T120000Z", for a folder's name
std::string utc_text();     ///< now: "2026-01-31T12:00:00Z"

/// The plan's fixtures from `cache` (empty: the user's), made where they are missing, into the record; a
/// stand-in becomes a warning there. Errors: whatever keeps one from being made.
protocol::Result<void> obtain_fixtures(const plan::Plan& plan, const std::string& cache,
                                       ProgressLine& progress, record::RunRecord& record);

/// `<scratch>/root` with copies of the record's fixtures in it. Errors: no_space, no_permission, system.
protocol::Result<void> make_root(const record::RunRecord& record, const ScratchFolder& scratch);

}  // namespace bftp::cli
