#pragma once

#include <functional>
#include <optional>
#include <string>

#include "harness/drive/arms.hpp"
#include "harness/drive/batch_runner.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// What a phase that follows the rounds may use of the driver. Lives as long as one call; everything outlives
/// it.
struct PhaseTools {
  record::RunRecord& record;
  BatchRunner& runner;
  Timekeeper& time;
  DrivenArm arm;                     ///< the server that is visited
  std::optional<DrivenArm> control;  ///< beside it, where one takes part
  bool confirmation = false;
  std::function<double()> now_s;                      ///< since the run's start
  std::function<bool()> over;                         ///< the run has to end
  std::function<void(double)> wait;                   ///< seconds, ended early by an interrupt
  std::function<void()> await_quiet;                  ///< until the server has seen that its clients left
  std::function<record::ResourceSample()> read_full;  ///< of `arm`; only where it has a probe
  /// Likewise, after its garbage was collected where its runtime takes such requests (Collector::just_ran).
  std::function<record::ResourceSample()> read_at_rest;
  std::function<void(const std::string&)> progress;
  /// Warnings, lost workers, a server that has ended.
  std::function<void(const BatchResult&)> note;
  /// A transfer that did not end well.
  std::function<void(const record::TransferRecord&)> note_failure;
  /// Whether transfers of that fixture went unanswered and are not tried again.
  std::function<bool(protocol::Op, std::uint32_t fixture)> given_up;
  bool nothing_left = false;  ///< nothing of the plan is tried any more
  /// What lies in the server's root that no client put there; empty: nobody looks.
  std::function<record::StrayFiles()> look_for_strays;
};

/// The workers themselves visit it, whatever client the plan is about.
inline BatchTarget target_of(const DrivenArm& arm) {
  return {arm.arm, arm.server->endpoint(), arm.server_root, std::nullopt, arm.dialect};
}

/// Index of the largest fixture. Precondition: there is one.
std::uint32_t largest_fixture(const record::RunRecord& record);

/// Watches the server's CPU for `watch_s` while nothing is transferred.
record::Watch watch_cpu(PhaseTools& tools, record::WatchKind kind, double watch_s);

/// What every client holds meanwhile, over the largest fixture: from `lead_s` before the watch to `tail_s`
/// after it.
struct HeldWatch {
  record::WatchKind kind = record::WatchKind::stalled;
  protocol::Op op = protocol::Op::stall;
  double lead_s = 0, watch_s = 0, tail_s = 0;
};
/// Watches the server's CPU meanwhile and writes it down, with what the first client told that did not fare
/// as meant.
void watch_while_held(PhaseTools& tools, const HeldWatch& held);

}  // namespace bftp::drive
