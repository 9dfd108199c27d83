#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "harness/cli/run_pipeline.hpp"
#include "harness/plan/plan.hpp"
#include "protocol/result.hpp"

namespace bftp::cli {

/// `run --history FILE --baseline RUN|FILE --commit REV`.
struct HistoryOptions {
  std::string history, baseline, commit;
};

void add_history_options(CLI::App& command, HistoryOptions& options);

/// Opens the history and reads the baseline before anything is started, so that a wrong name costs nothing.
/// Errors: those of history_store::open_sqlite() and drive::read_run().
protocol::Result<void> prepare_history(const HistoryOptions& options, const plan::Plan& plan,
                                       RunSettings& settings);

/// 64 where the user named the wrong file, else 3.
int exit_code_for(const protocol::Error& error);

}  // namespace bftp::cli
