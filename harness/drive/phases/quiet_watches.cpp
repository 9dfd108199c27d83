#include "harness/drive/phases/quiet_watches.hpp"

#include <fmt/format.h>

#include <chrono>

namespace bftp::drive {

using record::WatchKind;

void watch_idle(PhaseTools& tools) {
  if (tools.record.plan.idle_s <= 0) return;
  tools.progress("no client connected");
  tools.record.watches.push_back(watch_cpu(tools, WatchKind::idle, tools.record.plan.idle_s));
}

void watch_stalled(PhaseTools& tools) {
  const double stall_s = tools.record.plan.stall_s;
  if (stall_s <= 0) return;
  tools.progress("clients that stop reading");
  record::Watch watch{.kind = WatchKind::stalled, .arm = tools.arm.arm, .confirmation = tools.confirmation};
  // The first part of the hold goes into filling the socket buffers; the last belongs to the closing.
  const double hold_s = stall_s + 0.6;
  const BatchResult result =
      tools.runner.stall(largest_fixture(tools.record), hold_s, target_of(tools.arm), [&] {
        tools.time.sleep_for(std::chrono::milliseconds(400));
        watch = watch_cpu(tools, WatchKind::stalled, stall_s);
      });
  for (const auto& row : result.records)
    if (row.error != record::TransferError::none && watch.remark.empty())
      watch.remark = fmt::format("{}: {}", protocol::to_string(row.error), row.detail);
  tools.record.watches.push_back(std::move(watch));
  tools.note(result);
}

}  // namespace bftp::drive
