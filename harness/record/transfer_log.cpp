#include "harness/record/transfer_log.hpp"

#include <limits>

namespace bftp::record {
namespace {

float as_float(const std::optional<double>& value) {
  return value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN();
}

TransferPoint point_of(const TransferRecord& record) {
  return TransferPoint{.start_s = record.start_s,
                       .connect_ms = as_float(record.connect_ms),
                       .first_byte_ms = as_float(record.first_byte_ms),
                       .transfer_ms = as_float(record.transfer_ms),
                       .iteration = record.iteration,
                       .bytes = record.bytes,
                       .client = record.client,
                       .fixture = record.fixture,
                       .arm = record.arm,
                       .op = record.op,
                       .error = record.error,
                       .differs = record.error == TransferError::none && !record.identical.value_or(true)};
}

}  // namespace

void TransferLog::add(const TransferRecord& record) {
  const GroupKey key{record.arm, record.op, record.fixture};
  TransferCount& count = counts_[key];
  ++count.transfers;
  count.bytes += record.bytes;
  if (record.error != TransferError::none)
    ++count.errors;
  else if (record.identical)
    ++(*record.identical ? count.identical : count.different);
  ++errors_by_kind_[record.arm][static_cast<std::size_t>(record.error)];

  if (!record.ok()) {
    ++failures_total_;
    if (failures_kept_[record.arm]++ < failures_max_) failures_.push_back(record);
  }
  // Counted per client, so that systematic sampling cannot fall into step with the order in which clients
  // report.
  if (seen_[{key, record.client}]++ % stride_ != 0) return;
  points_.push_back(point_of(record));
  if (points_.size() >= points_max_) thin();
}

void TransferLog::thin() {
  std::map<SeriesKey, bool> keep_next;
  std::erase_if(points_, [&keep_next](const TransferPoint& point) {
    bool& dropped =
        keep_next.try_emplace({{point.arm, point.op, point.fixture}, point.client}, true).first->second;
    dropped = !dropped;
    return dropped;
  });
  stride_ *= 2;
}

TransferLog::ErrorKinds TransferLog::errors_by_kind(Arm arm) const {
  const auto found = errors_by_kind_.find(arm);
  return found == errors_by_kind_.end() ? ErrorKinds{} : found->second;
}

std::uint64_t TransferLog::taken(Arm arm) const {
  const ErrorKinds errors = errors_by_kind(arm);
  return total(arm).transfers - errors[static_cast<std::size_t>(TransferError::refused)] -
         errors[static_cast<std::size_t>(TransferError::connect_failed)];
}

std::uint64_t TransferLog::recorded() const {
  std::uint64_t all = 0;
  for (const auto& [key, count] : counts_) all += count.transfers;
  return all;
}

TransferCount TransferLog::total(Arm arm) const {
  TransferCount sum;
  for (const auto& [key, count] : counts_) {
    if (key.arm != arm) continue;
    sum.transfers += count.transfers;
    sum.identical += count.identical;
    sum.different += count.different;
    sum.errors += count.errors;
    sum.bytes += count.bytes;
  }
  return sum;
}

TransferLog TransferLog::only(Arm from, Arm as) const {
  TransferLog log(points_max_, failures_max_);
  for (const auto& [key, count] : counts_) {
    if (key.arm != from) continue;
    log.counts_[{as, key.op, key.fixture}] = count;
    log.failures_total_ += count.errors + count.different;
  }
  for (const TransferRecord& failure : failures_) {
    if (failure.arm != from) continue;
    log.failures_.push_back(failure);
    log.failures_.back().arm = as;
  }
  log.errors_by_kind_[as] = errors_by_kind(from);
  return log;
}

}  // namespace bftp::record
