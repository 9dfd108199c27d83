#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "harness/cli/progress_line.hpp"
#include "harness/cli/streams.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/run_record.hpp"
#include "harness/report/run_report.hpp"
#include "protocol/result.hpp"

namespace bftp::cli {

enum class OutputKind : std::uint8_t { summary, quiet, json };

struct RunSettings {
  OutputKind output = OutputKind::summary;
  bool explain = false;                      ///< tell the first failure in plain words, below the summary
  std::string fixture_cache;                 ///< empty: the user's
  std::optional<record::Baseline> baseline;  ///< what the run is held against
  /// Keeps a summary of the run that has just been reported; may be empty.
  std::function<protocol::Result<void>(const report::RunReport&)> keep;
};

/// The path of the data: plan -> launch -> drive + measure -> judge -> report. Returns the exit code.
/// Whatever happens, no process and no temporary file of ours is left, and what was recorded is on disk.
int run_pipeline(const plan::Plan& plan, const RunSettings& settings, const std::atomic<bool>& stop,
                 Streams& streams);

/// The last steps, shared with `judge` and `report`: writes all report files into `folder` and prints the
/// summary. Returns the report's exit code, or 3 when files could not be written.
int deliver(const report::RunReport& report, OutputKind output, Streams& streams);

}  // namespace bftp::cli
