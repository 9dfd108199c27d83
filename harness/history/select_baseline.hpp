#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "harness/history/run_summary.hpp"

namespace bftp::history {

/// Runs that a baseline stands on, at most.
inline constexpr std::size_t baseline_runs_max = 10;

/// The run that is about to start, as far as likeness goes.
struct Candidate {
  record::Work work;
  record::Machine machine;
  std::string server;   ///< server_name()
  std::string version;  ///< of the harness, which names the reference server of the control arm
};

/// One recorded run as a baseline. It need not be of the same server command: that may be the base build. A
/// machine or work that differs makes it unlike, with the fields named.
record::Baseline baseline_of(const RunSummary& run, const Candidate& candidate, const std::string& source);

/// The last complete runs of the same server, work and machine, at most baseline_runs_max, without those that
/// failed a check of their own baseline: medians, with the span of all their intervals. Those of the
/// candidate's version where there are any, else those of the newest one's. `runs` are in order of time. None
/// like it: runs is 0 and `unlike` says what differs from the newest run of that server.
record::Baseline baseline_of(std::span<const RunSummary> runs, const Candidate& candidate,
                             const std::string& source);

}  // namespace bftp::history
