#include "harness/judge/exhaustion.hpp"

#include <algorithm>
#include <limits>

#include "harness/judge/failed_share.hpp"

namespace bftp::judge {
namespace {

/// Fewer transfers say nothing of a share.
constexpr std::size_t transfers_min = 20;
constexpr double failing_share = 0.05;
/// Of each round before: more, and the failures have another cause.
constexpr double usual_share_max = 0.005;
constexpr double kept_share = 0.9;

FailedShare between(const record::RunRecord& record, double from_s, double to_s) {
  FailedShare tally;
  for (const record::TransferPoint& point : record.transfers.points()) {
    if (point.arm != record::Arm::server || point.start_s < from_s || point.start_s >= to_s) continue;
    ++tally.transfers;
    tally.failed += point.error != record::TransferError::none ? 1 : 0;
  }
  return tally;
}

std::optional<Exhaustion> first_failing_round(const record::RunRecord& record, const Reading& reading,
                                              double baseline) {
  double from_s = -std::numeric_limits<double>::infinity();
  for (const record::QuietPoint& point : record.quiet_points) {
    if (point.kind != record::QuietKind::round || point.confirmation ||
        point.sample.arm != record::Arm::server)
      continue;
    const double until_s = point.sample.time_s;
    const FailedShare round = between(record, from_s, until_s);
    if (round.transfers >= transfers_min && round.share() >= failing_share) {
      const auto held = reading(point.sample);
      if (!held) return std::nullopt;
      return Exhaustion{*held - baseline, static_cast<double>(point.transfers_before), round.share(),
                        point.round};
    }
    if (round.share() > usual_share_max) return std::nullopt;
    from_s = until_s;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Exhaustion> ran_out(const Evidence& evidence, const Reading& reading) {
  const QuietSeries series = quiet_series(evidence, reading);
  const auto baseline = quiet_series(evidence.first_pass(), reading).baseline;
  if (!series.settled || !baseline) return std::nullopt;
  const auto found = first_failing_round(evidence.record, reading, *baseline);
  if (!found || found->held <= 0 || *series.settled - *baseline < kept_share * found->held)
    return std::nullopt;
  return found;
}

}  // namespace bftp::judge
