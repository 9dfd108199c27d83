#include "harness/judge/repeats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/judge/failed_share.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Fewer transfers say nothing of a share.
constexpr std::uint64_t transfers_min = 20;
/// Of the repeats' transfers; and so many times the share of the first pass.
constexpr double failed_share_min = 0.05;
constexpr double times_first_min = 10;
/// A server that is silent costs a deadline for each transfer, and the repeats are given up after some: so
/// few say it if none at all came to its end, of a server that had served most before.
constexpr std::uint64_t silent_min = 3;
constexpr double served_share_min = 0.5;
/// Nobody was served, whatever the first pass was like: a server that is full turns everybody away.
constexpr double nearly_all = 0.95;

double repeats_start_s(const record::RunRecord& record) {
  double start_s = std::numeric_limits<double>::infinity();
  for (const record::BlockRecord& block : record.blocks)
    if (block.confirmation) start_s = std::min(start_s, block.start_s);
  return start_s;
}

}  // namespace

std::optional<std::string> repeats_broke_down(const record::RunRecord& record) {
  const double start_s = repeats_start_s(record);
  const bool gave_up = std::ranges::any_of(
      record.warnings, [](const auto& warning) { return warning.id == record::gave_up_warning; });
  if (std::isinf(start_s) && gave_up)
    return "the server had stopped answering, and nothing could be repeated";
  FailedShare first, repeats;
  for (const record::TransferPoint& point : record.transfers.points()) {
    if (point.arm != record::Arm::server) continue;
    FailedShare& pass = point.start_s < start_s ? first : repeats;
    ++pass.transfers;
    if (point.error != record::TransferError::none) ++pass.failed;
  }
  const bool ended =
      std::any_of(record.server_ends.begin(), record.server_ends.end(), [&](const record::ServerEnd& end) {
        return end.by_itself && end.arm == record::Arm::server && end.time_s >= start_s;
      });
  if (ended) return "the server ended in the repeats";
  const bool worse = repeats.share() >= failed_share_min &&
                     (repeats.share() >= times_first_min * first.share() || repeats.share() >= nearly_all);
  const bool silent = repeats.transfers >= silent_min && repeats.failed == repeats.transfers &&
                      first.share() <= 1 - served_share_min;
  const bool failing = silent || (repeats.transfers >= transfers_min && worse);
  if (!failing) return std::nullopt;
  return fmt::format("{} of the repeats' transfers failed, and {} before", percent(repeats.share()),
                     first.failed == 0 ? "none" : percent(first.share()));
}

}  // namespace bftp::judge
