#include "harness/drive/machine_meter.hpp"

#include <algorithm>

namespace bftp::drive {

MachineMeter::Reading MachineMeter::read() {
  Reading reading;
  if (host_ == nullptr) return reading;
  reading.machine = host_->machine_cpu();
  for (const int pid : ours_) reading.ours_s += host_->process_cpu_s(pid).value_or(0);
  return reading;
}

void MachineMeter::end_batch(double workers_timed_s, record::BlockRecord& block) {
  const Reading after = read();
  if (!before_.machine || !after.machine || after.machine->total_s <= before_.machine->total_s) return;
  const double total_s = after.machine->total_s - before_.machine->total_s;
  const double idle_s = after.machine->idle_s - before_.machine->idle_s;
  const double hashing_s = std::max(0.0, after.ours_s - before_.ours_s - workers_timed_s);
  block_.total_s += std::max(1e-9, total_s - hashing_s);
  block_.idle_s += idle_s;
  block_.steal_s += after.machine->steal_s - before_.machine->steal_s;
  block.machine_steal_share = block_.steal_s / block_.total_s;
  block.machine_busy_share = std::clamp(1 - block_.idle_s / block_.total_s, 0.0, 1.0);
}

}  // namespace bftp::drive
