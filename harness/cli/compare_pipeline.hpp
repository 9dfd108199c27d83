#pragma once

#include <atomic>

#include "harness/cli/run_pipeline.hpp"
#include "harness/plan/compare_plan.hpp"

namespace bftp::cli {

/// The path of the data for two servers: plan -> launch -> drive + measure -> judge -> report. Returns the
/// exit code. Whatever happens, no process and no temporary file of ours is left, and what was recorded is on
/// disk.
int compare_pipeline(const plan::ComparePlan& plan, const RunSettings& settings,
                     const std::atomic<bool>& stop, Streams& streams);

}  // namespace bftp::cli
