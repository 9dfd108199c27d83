#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "harness/cli/progress_line.hpp"
#include "harness/cli/scratch_folder.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/launch/session.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

/// What `run` and `compare` do before anything is started.
namespace bftp::cli {

/// "0.1.0+bftpd.3f2a9c41": the harness, and the first digits of the SHA-256 of the reference server's
/// program.
std::string version_of_harness_and_control();

/// A record of the plan before its first transfer: what runs, when and where.
record::RunRecord begin_record(const plan::Plan& plan);

/// The plan's fixtures from `cache` (empty: the user's), made where they are missing, into the record; a
/// stand-in becomes a warning there. Sizes the workers' memory by them. Errors: whatever keeps one from being
/// made, also `stop`.
protocol::Result<void> obtain_fixtures(const std::string& cache, const std::atomic<bool>& stop,
                                       ProgressLine& progress, record::RunRecord& record);

/// Where a run writes: what stays, and what goes with it.
struct RunFolders {
  std::unique_ptr<drive::RunFolder> kept;
  std::unique_ptr<ScratchFolder> scratch;
};
/// Makes them, with the server's root, `<scratch>/root`: copies of the record's fixtures, or empty. Bounds
/// what the workers store at once by the room that is left (fit_to_disk()). What stays is made last: where
/// the others cannot be had, no folder without a report is left behind. Errors: no_space, no_permission,
/// system, and interrupted once `stop` is set.
protocol::Result<RunFolders> make_folders(const plan::Plan& plan, record::RunRecord& record,
                                          const std::atomic<bool>& stop, bool with_fixtures = true);

/// Hands each worker the record's job, with `clients` for blocks that name one. Errors: a worker that does
/// not take it.
protocol::Result<void> hand_out_jobs(const std::vector<std::unique_ptr<launch::WorkerChannel>>& workers,
                                     const record::RunRecord& record, const drive::RunFolder& folder,
                                     const std::vector<protocol::ExternalClient>& clients = {});

}  // namespace bftp::cli
