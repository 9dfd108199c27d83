#include "harness/drive/phases/quiet_watches.hpp"

namespace bftp::drive {

using record::WatchKind;

void watch_idle(PhaseTools& tools) {
  if (tools.record.plan.idle_s <= 0) return;
  tools.progress("no client connected");
  tools.record.watches.push_back(watch_cpu(tools, WatchKind::idle, tools.record.plan.idle_s));
}

void watch_stalled(PhaseTools& tools) {
  if (tools.record.plan.stall_s <= 0) return;
  tools.progress("clients that stop reading");
  // The first part of the hold goes into filling the socket buffers; the last belongs to the closing.
  watch_while_held(tools, {.kind = WatchKind::stalled,
                           .op = protocol::Op::stall,
                           .lead_s = 0.4,
                           .watch_s = tools.record.plan.stall_s,
                           .tail_s = 0.2});
}

}  // namespace bftp::drive
