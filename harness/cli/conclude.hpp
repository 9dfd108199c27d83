#pragma once

#include <optional>

#include "harness/cli/run_pipeline.hpp"
#include "harness/cli/streams.hpp"
#include "harness/drive/run_folder.hpp"
#include "harness/measure/probe.hpp"
#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

/// What `run` and `compare` do when nothing more is measured.
namespace bftp::cli {

/// What the harness itself took, with its sampler's part (none: nothing was sampled).
void note_harness_use(measure::HostProbe& host, std::optional<double> sampler_cpu_s,
                      record::RunRecord& record);

/// Closes the run's files, judges, reports as the settings say. Returns the exit code.
int conclude(record::RunRecord& record, drive::RunFolder& folder, const RunSettings& settings,
             Streams& streams);

/// A run that never began. Returns the exit code.
int turn_down(const protocol::Error& error, Streams& streams);

}  // namespace bftp::cli
