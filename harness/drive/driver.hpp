#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/drive/arms.hpp"
#include "harness/drive/await_end.hpp"
#include "harness/drive/batch_runner.hpp"
#include "harness/drive/course.hpp"
#include "harness/drive/giving_up.hpp"
#include "harness/drive/interleave.hpp"
#include "harness/drive/machine_meter.hpp"
#include "harness/drive/pace.hpp"
#include "harness/drive/phases/phase_tools.hpp"
#include "harness/drive/record_sink.hpp"
#include "harness/drive/rest_reader.hpp"
#include "harness/drive/schedule.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/launch/session.hpp"
#include "harness/measure/probe.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// How far a run is, for a progress line.
struct Progress {
  std::string phase;  ///< "round 3 of 10", "idle", "confirming"
  std::uint64_t transfers_done = 0;
  std::uint64_t transfers_total = 0;
  std::uint64_t failures = 0;
  double elapsed_s = 0;
};

/// What the driver needs of the world. Everything outlives the driver.
struct DriverSeams {
  std::vector<std::unique_ptr<launch::WorkerChannel>>& workers;
  /// In the order of the chain in which they are compared; the first is what the run is about.
  std::vector<DrivenArm> arms;
  /// How the arms share the work, in the same order; empty: each arm does all of it.
  std::vector<ArmShare> shares;
  measure::HostProbe* host = nullptr;
  std::function<std::vector<record::ResourceSample>()>
      take_samples;  ///< what the sampler saw since the last call
  /// What lies in the server's root that no client put there; may be empty: then nobody looks.
  std::function<record::StrayFiles()> look_for_strays;
  /// Why the run must not go on, asked between batches once a second; nothing: it may. May be empty.
  std::function<std::optional<std::string>()> must_end{};
  RecordSink& sink;
  Timekeeper& time;
  const std::atomic<bool>& stop;                  ///< set by Ctrl-C or SIGTERM
  std::function<void(const Progress&)> progress;  ///< may be empty
  std::int64_t epoch_ns = 0;                      ///< the run's start on the monotonic clock
};

/// Drives one server, or several side by side, through rounds of blocks with quiet points in between, and
/// writes down everything. Every block is cut into turns that the arms take next to each other (Interleaver).
/// A server's misbehaviour becomes data in the record; only the harness's own failures (disk, workers) end
/// the run as `failed`, and a companion's failure ends nothing but its part. One thread.
class Driver {
 public:
  Driver(record::RunRecord& record, DriverSeams seams);

  void first_pass();  ///< baseline, all rounds, watches, settled point
  void confirm();     ///< the same work again with fresh iterations, marked as confirmation
  /// So many rounds more of the first pass, with fresh iterations, and a settled point. Before confirm()
  /// only.
  void more_rounds(std::uint32_t rounds);
  std::uint32_t rounds_done() const { return rounds_done_; }  ///< of the first pass

 private:
  void pass(bool confirmation);
  void round(std::uint32_t number, bool confirmation);
  void block(const BlockPlan& plan, bool confirmation);
  void turn(const Turn& turn, bool confirmation);
  bool batches(const Batch& batch, record::BlockRecord& into);
  bool batch(const Batch& batch, record::BlockRecord& into);
  void give_up_on_hung(const Batch& batch, const DrivenArm& arm, const BatchResult& result);
  void take_warnings(const std::vector<record::Warning>& warnings);
  void judge_companion(const DrivenArm& arm, const BatchResult& result);
  void drop(record::Arm arm, const std::string& why);
  void wait(double wait_s);
  void take_in(const BatchResult& result, record::BlockRecord& into);
  PhaseTools phase_tools(const DrivenArm& arm, bool confirmation);
  void note(const BatchResult& result);
  void note_slowness();
  void rest();
  void settle(bool confirmation);
  void drain_samples();
  void note_server_ends();
  void note_server_end(const DrivenArm& arm);
  const DrivenArm* find(record::Arm arm) const;  ///< null once it was dropped
  void report_progress(const std::string& phase);
  double now_s() const;
  std::string so_far() const;

  record::RunRecord& record_;
  DriverSeams seams_;
  std::chrono::nanoseconds end_patience_ = crash_patience;
  Schedule schedule_;
  Interleaver interleaver_;
  BatchRunner runner_;
  GivingUp giving_up_;  ///< for every arm
  Pace pace_;
  MachineMeter machine_;
  Course course_;
  RestReader reader_;
  std::uint32_t rounds_done_ = 0;  ///< of the first pass
  double pass_start_s_ = 0;        ///< of the rounds under way
  std::uint64_t transfers_done_ = 0;
  std::uint64_t transfers_total_ = 0;
  std::uint64_t transfers_left_out_ = 0;  ///< of the first pass, since the server is slow
};

}  // namespace bftp::drive
