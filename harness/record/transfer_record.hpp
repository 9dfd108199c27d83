#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/sha256.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::record {

/// Whose server did the work. `server` is the one under test; `control` and `control_b` are the reference
/// server. `base` and `head` are the two that `compare` compares; no run has both kinds.
enum class Arm : std::uint8_t { server, control, control_b, base, head };
const char* to_string(Arm arm);
std::optional<Arm> arm_from(std::string_view word);

using protocol::Op;
using protocol::TransferError;

/// One row of transfers.csv. Unknown is nullopt, never 0.
struct TransferRecord {
  std::uint32_t iteration = 0;  ///< from 0, counted by each client
  std::uint16_t client = 0;     ///< from 0
  Arm arm = Arm::server;
  Op op = Op::get;
  std::uint16_t fixture = 0;  ///< index into RunRecord::fixtures
  std::uint64_t bytes = 0;    ///< of content that passed
  double start_s = 0;         ///< since the run's start (RunRecord::started_utc)
  std::optional<double> connect_ms;
  std::optional<double> first_byte_ms;
  std::optional<double> transfer_ms;  ///< service time: start to last byte, or to the final OK
  std::optional<protocol::Digest> sha256;
  std::optional<bool> identical;
  TransferError error = TransferError::none;
  std::optional<std::uint64_t> first_difference;  ///< not in the CSV; in run.json for failures
  std::string detail;                             ///< likewise
  std::string evidence;                           ///< likewise: file in evidence/
  std::optional<protocol::ClientEnd> client_end;  ///< likewise: of an external client
  double worker_cpu_ms = 0;                       ///< likewise summed into BlockRecord

  /// Came to its end, and its copy is not known to differ.
  bool ok() const { return error == TransferError::none && identical.value_or(true); }
  /// MiB/s; nullopt without a transfer time or with one of zero.
  std::optional<double> throughput_mib_s() const {
    if (!transfer_ms || *transfer_ms <= 0) return std::nullopt;
    return static_cast<double>(bytes) / (1024.0 * 1024.0) / (*transfer_ms / 1000.0);
  }
};

}  // namespace bftp::record
