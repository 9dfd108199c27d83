#include "harness/drive/phases/phase_tools.hpp"

#include <algorithm>

namespace bftp::drive {

std::uint32_t largest_fixture(const record::RunRecord& record) {
  const auto largest = std::max_element(record.fixtures.begin(), record.fixtures.end(),
                                        [](const auto& a, const auto& b) { return a.size < b.size; });
  return static_cast<std::uint32_t>(largest - record.fixtures.begin());
}

record::Watch watch_cpu(PhaseTools& tools, record::WatchKind kind, double watch_s) {
  const auto cpu = [&] {
    return tools.arm.probe != nullptr ? tools.arm.probe->cpu_total_s() : std::nullopt;
  };
  record::Watch watch{.kind = kind, .arm = tools.arm.arm, .confirmation = tools.confirmation};
  watch.start_s = tools.now_s();
  const auto before = cpu();
  tools.wait(watch_s);
  const auto after = cpu();
  if (before && after) watch.server_cpu_s = *after - *before;
  watch.end_s = tools.now_s();
  return watch;
}

}  // namespace bftp::drive
