#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/drive/schedule.hpp"
#include "harness/drive/timekeeper.hpp"
#include "harness/launch/session.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// A batch's outcome. `records` holds a row for each transfer that a worker told of, and one with
/// TransferError::worker_died for the first that a dead worker owes.
struct BatchResult {
  std::vector<record::TransferRecord> records;
  std::vector<record::Warning> warnings;
  double start_s = 0;         ///< first transfer's start
  double end_s = 0;           ///< last transfer's end
  bool workers_died = false;  ///< the harness is to blame, not the server
  bool abandoned = false;     ///< interrupted before every worker had answered
};

/// What a batch is sent to.
struct BatchTarget {
  record::Arm arm = record::Arm::server;
  protocol::Endpoint endpoint;
  std::string server_root;  ///< empty unless PUT can be verified there
  /// By which of the workers' external clients; none: by the workers themselves.
  std::optional<std::uint32_t> external_client = std::nullopt;
  std::string dialect{};  ///< where it is not the plan's
};

/// The plan's external client, which stands first in the workers' jobs; none: the workers are the clients.
inline std::optional<std::uint32_t> client_under_test(const plan::Plan& plan) {
  if (plan.clients.command.empty()) return std::nullopt;
  return 0;
}

/// Releases all workers with one batch and collects what they tell. One thread; bounded by the batch's own
/// deadlines.
class BatchRunner {
 public:
  static constexpr std::size_t all_clients = static_cast<std::size_t>(-1);

  BatchRunner(const plan::Plan& plan, std::vector<std::unique_ptr<launch::WorkerChannel>>& workers,
              Timekeeper& time, std::int64_t epoch_ns, const std::atomic<bool>& stop)
      : plan_(plan), workers_(workers), time_(time), epoch_ns_(epoch_ns), stop_(stop) {}

  /// By the first `clients` workers; the others rest.
  BatchResult run(const Batch& batch, const BatchTarget& target, std::uint64_t bytes_of_one_pass,
                  std::size_t clients = all_clients);

  /// What is no transfer (see protocol::Op): every worker visits the server `iterations` times. `while_held`
  /// is called as soon as all were released; returns when all have let go.
  BatchResult visit(protocol::Op op, std::uint32_t fixture, std::uint32_t iterations, double hold_s,
                    const BatchTarget& target, const std::function<void()>& while_held);

 private:
  /// Where one worker stands in the batch under way.
  struct Standing {
    const protocol::WorkerBlock* block = nullptr;
    std::size_t lines_due = 0;  ///< records that it still owes
    int stops = 0;              ///< how often it was found stopped
    bool transferred = false;   ///< its last transfer is over
    bool lost = false;

    /// Whether it is a record of the block, and in order.
    bool owes(const protocol::WorkerRecord& record) const;
  };
  enum class Until : std::uint8_t { transferred, delivered };

  std::size_t taking_part(std::size_t clients) const { return std::min(clients, workers_.size()); }
  bool send(const protocol::WorkerBlock& block, std::size_t clients, BatchResult& result);
  void collect(const protocol::WorkerBlock& block, const BatchTarget& target,
               protocol::Clock::duration patience, std::size_t clients, BatchResult& result);
  bool collect_from(launch::WorkerChannel& worker, Standing& standing, Until until, const BatchTarget& target,
                    const protocol::Deadline& deadline, BatchResult& result);
  void let_verify(const protocol::WorkerBlock& block, const BatchTarget& target,
                  std::vector<Standing>& standings, BatchResult& result);
  bool take_line(launch::WorkerChannel& worker, const std::string& line, Standing& standing,
                 const BatchTarget& target, BatchResult& result);
  void note_death(launch::WorkerChannel& worker, const std::string& why, const BatchTarget& target,
                  BatchResult& result);

  const plan::Plan& plan_;
  std::vector<std::unique_ptr<launch::WorkerChannel>>& workers_;
  Timekeeper& time_;
  std::int64_t epoch_ns_;
  const std::atomic<bool>& stop_;
  std::uint32_t next_block_ = 0;
};

/// A worker's line as a row: times relative to the run's start.
record::TransferRecord to_transfer_record(const protocol::WorkerRecord& told, std::uint32_t client,
                                          record::Arm arm, std::int64_t epoch_ns);

}  // namespace bftp::drive
