#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/record/transfer_record.hpp"

namespace bftp::record {

/// What judge and charts need of one transfer, in 40 bytes. Times that are unknown are NaN.
struct TransferPoint {
  double start_s;
  float connect_ms;
  float first_byte_ms;
  float transfer_ms;
  std::uint32_t iteration;
  std::uint64_t bytes;
  std::uint16_t client;
  std::uint16_t fixture;
  Arm arm;
  Op op;
  TransferError error;
  bool differs;  ///< known to differ from the fixture
};

/// Exact counts for one (arm, op, fixture), however many transfers were thinned out of the points.
struct TransferCount {
  std::uint64_t transfers = 0;
  std::uint64_t identical = 0;
  std::uint64_t different = 0;  ///< whole, but other bytes
  std::uint64_t errors = 0;     ///< ended in a TransferError
  std::uint64_t bytes = 0;      ///< of content that passed
  /// Came to their end and were compared with nothing (Verify::none).
  std::uint64_t unverified() const { return transfers - identical - different - errors; }
};

struct GroupKey {
  Arm arm = Arm::server;
  Op op = Op::get;
  std::uint16_t fixture = 0;
  auto operator<=>(const GroupKey&) const = default;
};

/// The run's transfers in bounded memory. Up to `points_max` transfers every point is kept; each time the
/// bound is reached, every second kept point goes, and from then on only every 2nd, 4th, 8th … transfer of
/// each group and client is kept (systematic sampling: `stride()`), so memory stays flat over any number of
/// transfers. Counts stay exact, and failures are kept in full up to `failures_max` of each arm: one that
/// always fails leaves the others theirs. transfers.csv has every row regardless.
class TransferLog {
 public:
  static constexpr std::size_t points_max_default = 1u << 18;
  static constexpr std::size_t failures_max_default = 200;

  explicit TransferLog(std::size_t points_max = points_max_default,
                       std::size_t failures_max = failures_max_default)
      : points_max_(points_max), failures_max_(failures_max) {}

  void add(const TransferRecord& record);

  std::span<const TransferPoint> points() const { return points_; }  ///< in order of recording
  std::uint32_t stride() const { return stride_; }                   ///< 1: every transfer has its point
  const std::map<GroupKey, TransferCount>& counts() const { return counts_; }
  const std::vector<TransferRecord>& failures() const {
    return failures_;
  }  ///< the first failures_max of each arm, whole
  std::uint64_t failures_total() const { return failures_total_; }
  using ErrorKinds = std::array<std::uint64_t, 16>;  ///< index: TransferError
  ErrorKinds errors_by_kind(Arm arm) const;

  TransferCount total(Arm arm) const;  ///< over ops and fixtures
  std::uint64_t recorded() const;      ///< all that were added, over all arms
  /// Transfers that the server began: neither refused nor without a connection. A server that is full of what
  /// it has leaked does not leak when it turns clients away.
  std::uint64_t taken(Arm arm) const;

  /// What `from` alone did, as if `as` had done it; without points.
  TransferLog only(Arm from, Arm as) const;

 private:
  using SeriesKey = std::pair<GroupKey, std::uint16_t>;  ///< a group and a client

  void thin();

  std::size_t points_max_;
  std::size_t failures_max_;
  std::uint32_t stride_ = 1;
  std::vector<TransferPoint> points_;
  std::map<SeriesKey, std::uint64_t> seen_;
  std::map<GroupKey, TransferCount> counts_;
  std::vector<TransferRecord> failures_;
  std::map<Arm, std::size_t> failures_kept_;  ///< counts on beyond failures_max
  std::uint64_t failures_total_ = 0;
  std::map<Arm, ErrorKinds> errors_by_kind_;
};

}  // namespace bftp::record
