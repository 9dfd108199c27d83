#include "harness/drive/phases/root_look.hpp"

#include <chrono>

namespace bftp::drive {

void look_into_root(PhaseTools& tools) {
  if (!tools.look_for_strays || tools.arm.server_root.empty()) return;
  tools.progress("looking into the server's root");
  const double until_s = tools.now_s() + tools.record.plan.settle_s;
  record::StrayFiles found = tools.look_for_strays();
  while (found.count > 0 && tools.now_s() < until_s && !tools.over()) {
    tools.time.sleep_for(std::chrono::milliseconds(100));
    found = tools.look_for_strays();
  }
  found.confirmation = tools.confirmation;
  tools.record.stray_files.push_back(std::move(found));
}

}  // namespace bftp::drive
