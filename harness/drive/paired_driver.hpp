#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/drive/await_end.hpp"
#include "harness/drive/batch_runner.hpp"
#include "harness/drive/course.hpp"
#include "harness/drive/driver.hpp"
#include "harness/drive/paired_schedule.hpp"
#include "harness/drive/record_sink.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/launch/session.hpp"
#include "harness/measure/probe.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// What the driver of a comparison needs of the world. Everything outlives it.
struct PairedSeams {
  /// Starts one of the two afresh, ready to serve.
  std::function<protocol::Result<std::unique_ptr<launch::ServerHandle>>(record::Arm)> start_server;
  /// May give null: then its CPU and memory stay unknown.
  std::function<std::unique_ptr<measure::Probe>(const launch::ServerHandle&)> make_probe;
  /// Sample these two from now on; null: stop. Returns once the former are no longer touched. May be empty.
  std::function<void(measure::Probe* base, measure::Probe* head)> watch;
  std::function<std::vector<record::ResourceSample>()> take_samples;  ///< may be empty
  measure::HostProbe* host = nullptr;                                 ///< may be null
  /// Asked once a second, between blocks: why the comparison must not go on, if it must not. May be empty.
  std::function<std::optional<std::string>()> must_end{};
  /// One crew of workers, with their jobs, for each of Comparison::client_counts.
  std::vector<std::vector<std::unique_ptr<launch::WorkerChannel>>>& crews;
  RecordSink& sink;
  Timekeeper& time;
  const std::atomic<bool>& stop;
  std::function<void(const Progress&)> progress;             ///< may be empty
  std::function<bool(const record::RunRecord&)> conclusive;  ///< only asked with until_conclusive
  std::int64_t epoch_ns = 0;
};

/// When a comparison ends even if two rounds are not done, and a block that hangs is given up; seconds.
/// Before the first round that is Comparison::max_time_s: two rounds are several times the work that tells
/// its costs.
double latest_end_s(double max_time_s);

/// Compares two servers: rounds of fresh processes, in each of them blocks of every kind of work in pairs, AB
/// and BA in turns. Fills RunRecord::comparison, which the caller has made, and the transfers. Ends in order
/// when the time is up; a server's misbehaviour becomes data. One thread.
class PairedDriver {
 public:
  PairedDriver(record::RunRecord& record, PairedSeams seams);

  void run();

 private:
  struct Server {
    record::Arm arm = record::Arm::base;
    std::unique_ptr<launch::ServerHandle> handle;
    std::unique_ptr<measure::Probe> probe;
    double ready_s = 0;
    double peak_mib = 0;
    std::uint64_t served = 0;  ///< transfers of this process
    std::optional<record::ServerEnd> end;
  };

  bool start_both(std::uint32_t round);
  void stop_both();
  void end_by(double time_s);
  void learn_costs();
  void learn_cost(std::size_t work, PairedCost& cost);
  void round(std::uint32_t number);
  void warm_up();
  void pair(std::uint32_t round, const PairedTurn& turn);
  record::BlockFigures block(std::size_t work, Server& server, Server& other, std::uint32_t iterations);
  void take_in(const BatchResult& result);
  void note_unanswered(const PairedWork& work, record::Arm arm, double since_s);
  void give_up_if_hung(const BatchResult& result, const Server& server);
  std::optional<double> read_memory(Server& server);
  void note_memory(std::uint32_t round, bool middle);
  void note_ends();
  void note_disturbance();
  void drain_samples();
  void report_progress(const std::string& phase);
  bool time_for_another(std::uint32_t rounds_done) const;
  bool answered(std::uint32_t rounds_done);
  BatchTarget target(const Server& server) const;
  double now_s() const;
  bool over();

  record::RunRecord& record_;
  record::Comparison& comparison_;
  PairedSeams seams_;
  Course course_;
  std::chrono::nanoseconds end_patience_ = crash_patience;
  std::vector<PairedWork> works_;
  std::vector<std::unique_ptr<BatchRunner>> runners_;         ///< by crew
  std::vector<std::array<std::uint32_t, 2>> next_iteration_;  ///< by kind of work; base, head
  std::array<Server, 2> servers_;                             ///< base, head
  std::array<record::ArmRound, 2> memory_;
  PairedRounds rounds_;
  double ends_s_ = 0;  ///< when it ends even in the middle of a block
  double longest_round_s_ = 0;
  double start_s_ = 0;  ///< what starting and stopping both takes
};

}  // namespace bftp::drive
