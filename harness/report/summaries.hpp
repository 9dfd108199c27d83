#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/record/run_record.hpp"

/// Figures over a run's transfers, from the points that the log kept. Transfers that ended in an error have
/// counts only.
namespace bftp::report {

struct Distribution {
  std::uint64_t count = 0;  ///< of values: points kept by the log, whose stride may be above 1
  double min = 0, p50 = 0, p90 = 0, p99 = 0, max = 0;
};

/// Quantile `share` (0 to 1) of ascending values, not empty: linear interpolation between the closest ranks
/// (Hyndman and Fan 1996, type 7, the default of R and NumPy).
double quantile(std::span<const double> ascending, double share);

/// nullopt for no values. Takes and sorts the values; they are finite.
std::optional<Distribution> distribution_of(std::vector<double> values);

struct GroupSummary {
  record::Arm arm = record::Arm::server;
  record::Op op = record::Op::get;
  std::uint16_t fixture = 0;
  std::optional<std::uint16_t> client;          ///< none: all clients together
  std::optional<record::TransferCount> counts;  ///< exact; all clients together only
  std::optional<Distribution> transfer_ms, connect_ms, first_byte_ms, throughput_mib_s;
};

/// One summary for each (arm, op, fixture), sorted so.
std::vector<GroupSummary> summaries(const record::RunRecord& record);
/// One for each (arm, op, fixture, client), sorted so.
std::vector<GroupSummary> client_summaries(const record::RunRecord& record);

/// MiB/s; nullopt for transfers without a time, or with an error.
std::optional<double> throughput_mib_s(const record::TransferPoint& point);

}  // namespace bftp::report
