#pragma once

#include <functional>
#include <string>

#include "harness/drive/batch_runner.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/measure/probe.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// What a phase that follows the rounds may use of the driver. Lives as long as one call; everything outlives
/// it.
struct PhaseTools {
  record::RunRecord& record;
  BatchRunner& runner;
  Timekeeper& time;
  measure::Probe* probe = nullptr;  ///< null: nothing can be measured
  BatchTarget target;
  bool confirmation = false;
  std::function<double()> now_s;      ///< since the run's start
  std::function<bool()> over;         ///< the run has to end
  std::function<void(double)> wait;   ///< seconds, ended early by an interrupt
  std::function<void()> await_quiet;  ///< until the server has seen that its clients left
  std::function<record::ResourceSample()> read_full;
  std::function<void(const std::string&)> progress;
  std::function<void(const BatchResult&)> note;  ///< warnings, lost workers, a server that has ended
  std::function<void(const record::TransferRecord&)> note_failure;  ///< a transfer that did not end well
};

/// Index of the largest fixture. Precondition: there is one.
std::uint32_t largest_fixture(const record::RunRecord& record);

/// Watches the server's CPU for `watch_s` while nothing is transferred.
record::Watch watch_cpu(PhaseTools& tools, record::WatchKind kind, double watch_s);

}  // namespace bftp::drive
