#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/drive/batch_runner.hpp"
#include "harness/drive/phases/phase_tools.hpp"
#include "harness/drive/record_sink.hpp"
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

/// What the driver needs of the world. Everything outlives the driver; probes may be null when nothing can be
/// measured (a server that is attached without a pid).
struct DriverSeams {
  launch::Session& session;
  measure::Probe* probe = nullptr;
  measure::HostProbe* host = nullptr;
  std::function<std::vector<record::ResourceSample>()>
      take_samples;  ///< what the sampler saw since the last call
  /// What lies in the server's root that no client put there; may be empty: then nobody looks.
  std::function<record::StrayFiles()> look_for_strays;
  RecordSink& sink;
  Timekeeper& time;
  const std::atomic<bool>& stop;                  ///< set by Ctrl-C or SIGTERM
  std::function<void(const Progress&)> progress;  ///< may be empty
  std::int64_t epoch_ns = 0;                      ///< the run's start on the monotonic clock
};

/// Drives one session through rounds of blocks with quiet points in between, and writes down everything. The
/// server's misbehaviour becomes data in the record; only the harness's own failures (disk, workers) end the
/// run as `failed`. One thread.
class Driver {
 public:
  Driver(record::RunRecord& record, DriverSeams seams);

  void first_pass();  ///< baseline, all rounds, watches, settled point
  void confirm();     ///< the same work again with fresh iterations, marked as confirmation

 private:
  void pass(bool confirmation);
  void round(std::uint32_t number, bool confirmation);
  void block(const BlockPlan& plan, bool confirmation);
  bool batch(const Batch& batch, record::BlockRecord& into);
  struct MachineUse {
    std::optional<measure::MachineCpu> machine;
    double harness_s = 0;  ///< CPU of orchestrator and workers
  };
  MachineUse machine_use();
  void add_machine_use(const MachineUse& before, double workers_timed_s, record::BlockRecord& into);
  void give_up_on_hung(const Batch& batch, const BatchResult& result);
  void wait(double wait_s);
  void take_in(const BatchResult& result, record::BlockRecord& into);
  PhaseTools phase_tools(bool confirmation);
  void watch_stalled(bool confirmation);
  void watch_idle(bool confirmation);
  void settle(bool confirmation);
  void look_for_strays(bool confirmation);
  void quiet_point(record::QuietKind kind, std::uint32_t round, bool confirmation);
  void await_quiet();
  record::ResourceSample read_full();
  void drain_samples();
  void checkpoint();
  void note_server_end();
  void report_progress(const std::string& phase);
  double now_s() const;
  bool over();  ///< the run has to end: interrupted, out of time, server or worker gone, disk full
  void end_as(record::RunState state, const std::string& text);
  void check_sink(const protocol::Result<void>& outcome);
  BatchTarget target() const;

  record::RunRecord& record_;
  DriverSeams seams_;
  Schedule schedule_;
  BatchRunner runner_;
  std::set<std::pair<protocol::Op, std::uint32_t>> given_up_;  ///< operation and fixture
  measure::MachineCpu block_machine_;  ///< of the block under way, without our hashing
  std::uint64_t transfers_done_ = 0;
  std::uint64_t transfers_total_ = 0;
  std::int64_t wall_minus_monotonic_ns_ = 0;
};

/// The job that worker `client` gets first.
protocol::WorkerJob make_job(const record::RunRecord& record, std::uint32_t client,
                             const std::string& evidence_folder);

/// Memory for received copies: at least the plan's, and enough for the largest fixture up to 72 MiB, so that
/// the default db.csv is received in one piece; but of all workers together at most a quarter of the
/// machine's memory (0: unknown).
std::uint64_t arena_bytes_for(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures,
                              std::uint64_t memory_bytes = 0);

}  // namespace bftp::drive
