#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/record/transfer_record.hpp"

/// What `compare` records besides transfers: blocks of two servers in pairs, in rounds of fresh processes.
namespace bftp::record {

/// One block of one server: the same transfers that its partner made, right before or after it. Nothing:
/// unknown.
struct BlockFigures {
  double start_s = 0;  ///< of its first transfer, since the run's start
  double busy_s = 0;   ///< wall time in which transfers ran
  std::uint64_t transfers = 0;
  std::uint64_t failed = 0;  ///< not identical, or ended in an error
  std::uint64_t bytes = 0;
  std::optional<double> p50_ms, p90_ms, p99_ms;  ///< service times of those that ended well
  std::optional<double> first_byte_ms;           ///< median
  std::optional<double> server_cpu_s;            ///< of the server's whole tree
  std::optional<double> other_cpu_s;             ///< of the other server meanwhile, which has nothing to do
};

/// Two blocks, one of each server, that follow each other.
struct PairRecord {
  std::uint32_t round = 0;
  std::uint32_t clients = 1;
  Op op = Op::get;
  std::uint16_t fixture = 0;  ///< index into RunRecord::fixtures
  bool base_first = true;
  BlockFigures base, head;
};

/// One server's memory over one round, from a fresh process. Nothing: unknown.
struct ArmRound {
  std::uint32_t round = 0;
  Arm arm = Arm::base;
  double ready_s = 0;  ///< from start to listening
  std::optional<double>
      peak_mib;  ///< the larger of its first process's VmHWM and of every PSS seen of its tree
  std::optional<double> middle_mib;     ///< PSS at rest, half of the round's blocks done
  std::optional<double> end_mib;        ///< PSS at rest, all of them done
  std::uint64_t transfers_between = 0;  ///< middle to end
};

/// Work that one server was asked for, and of which nothing was told until the comparison ended.
struct UnansweredWork {
  Arm arm = Arm::base;
  std::uint32_t clients = 1;
  Op op = Op::get;
  std::uint16_t fixture = 0;  ///< index into RunRecord::fixtures
  double waited_s = 0;        ///< since it was asked, or since the last transfer that was told of
};

struct Comparison {
  plan::ServerSpec base;  ///< the head is RunRecord::plan's server
  std::vector<std::uint32_t> client_counts;
  std::vector<std::string> gates;  ///< as typed
  double smallest_effect = 0.02;   ///< "same within" this share
  double max_time_s = 60;
  bool until_conclusive = false;
  std::uint32_t looks = 1;  ///< how often the figures were judged, each an occasion for a false alarm
  std::vector<std::int32_t> server_cpus, worker_cpus;  ///< processors that they were pinned to; empty: all
  std::vector<PairRecord> pairs;
  std::vector<ArmRound> arm_rounds;
  std::optional<UnansweredWork> unanswered;  ///< none: the comparison ended between two blocks
};

/// The figures of one block from its rows; CPU is left for the caller. `start_s` and `busy_s` span the rows.
BlockFigures figures_of(std::span<const TransferRecord> rows);

}  // namespace bftp::record
