#include "harness/report/summaries.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <utility>

namespace bftp::report {
namespace {

using record::TransferPoint;

/// A group's measured values, one vector for each quantity.
struct Values {
  std::vector<double> transfer_ms, connect_ms, first_byte_ms, throughput_mib_s;

  void add(const TransferPoint& point) {
    if (point.error != record::TransferError::none) return;
    add_known(transfer_ms, point.transfer_ms);
    add_known(connect_ms, point.connect_ms);
    add_known(first_byte_ms, point.first_byte_ms);
    if (const auto speed = report::throughput_mib_s(point)) throughput_mib_s.push_back(*speed);
  }

  static void add_known(std::vector<double>& values, float value) {
    if (std::isfinite(value)) values.push_back(static_cast<double>(value));
  }

  void summarise(GroupSummary& into) && {
    into.transfer_ms = distribution_of(std::move(transfer_ms));
    into.connect_ms = distribution_of(std::move(connect_ms));
    into.first_byte_ms = distribution_of(std::move(first_byte_ms));
    into.throughput_mib_s = distribution_of(std::move(throughput_mib_s));
  }
};

record::GroupKey group_of(const TransferPoint& point) {
  return {point.arm, point.op, point.fixture};
}

}  // namespace

double quantile(std::span<const double> ascending, double share) {
  assert(!ascending.empty() && share >= 0 && share <= 1);
  const double rank = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (rank - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

std::optional<Distribution> distribution_of(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return Distribution{values.size(),         values.front(),         quantile(values, 0.5),
                      quantile(values, 0.9), quantile(values, 0.99), values.back()};
}

std::optional<double> throughput_mib_s(const TransferPoint& point) {
  if (point.error != record::TransferError::none || !(point.transfer_ms > 0)) return std::nullopt;
  return static_cast<double>(point.bytes) / (1024.0 * 1024.0) /
         (static_cast<double>(point.transfer_ms) / 1000);
}

std::vector<GroupSummary> summaries(const record::RunRecord& record) {
  std::map<record::GroupKey, Values> groups;
  for (const auto& [key, count] : record.transfers.counts()) groups.try_emplace(key);
  for (const TransferPoint& point : record.transfers.points()) groups[group_of(point)].add(point);
  std::vector<GroupSummary> result;
  for (auto& [key, values] : groups) {
    GroupSummary& summary = result.emplace_back();
    summary.arm = key.arm, summary.op = key.op, summary.fixture = key.fixture;
    const auto count = record.transfers.counts().find(key);
    if (count != record.transfers.counts().end()) summary.counts = count->second;
    std::move(values).summarise(summary);
  }
  return result;
}

std::vector<GroupSummary> client_summaries(const record::RunRecord& record) {
  std::map<std::pair<record::GroupKey, std::uint16_t>, Values> groups;
  for (const TransferPoint& point : record.transfers.points()) {
    groups[{group_of(point), point.client}].add(point);
  }
  std::vector<GroupSummary> result;
  for (auto& [key, values] : groups) {
    GroupSummary& summary = result.emplace_back();
    summary.arm = key.first.arm, summary.op = key.first.op, summary.fixture = key.first.fixture;
    summary.client = key.second;
    std::move(values).summarise(summary);
  }
  return result;
}

}  // namespace bftp::report
