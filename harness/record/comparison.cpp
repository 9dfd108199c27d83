#include "harness/record/comparison.hpp"

#include <algorithm>
#include <cmath>

namespace bftp::record {
namespace {

/// Type 7 of Hyndman and Fan, as everywhere in the project.
std::optional<double> quantile(std::vector<double>& values, double p) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const double at = static_cast<double>(values.size() - 1) * p;
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - std::floor(at)) * (values[above] - values[below]);
}

}  // namespace

BlockFigures figures_of(std::span<const TransferRecord> rows) {
  BlockFigures figures;
  std::vector<double> times_ms, first_ms;
  double end_s = 0;
  for (const TransferRecord& row : rows) {
    ++figures.transfers;
    figures.bytes += row.bytes;
    figures.start_s = figures.transfers == 1 ? row.start_s : std::min(figures.start_s, row.start_s);
    end_s = std::max(end_s, row.start_s + row.transfer_ms.value_or(0) / 1000);
    const bool ended_well = row.error == TransferError::none && row.identical.value_or(true);
    if (!ended_well) ++figures.failed;
    if (ended_well && row.transfer_ms) times_ms.push_back(*row.transfer_ms);
    if (ended_well && row.first_byte_ms) first_ms.push_back(*row.first_byte_ms);
  }
  if (!rows.empty()) figures.busy_s = std::max(0.0, end_s - figures.start_s);
  figures.p50_ms = quantile(times_ms, 0.5);
  figures.p90_ms = quantile(times_ms, 0.9);
  figures.p99_ms = quantile(times_ms, 0.99);
  figures.first_byte_ms = quantile(first_ms, 0.5);
  return figures;
}

}  // namespace bftp::record
