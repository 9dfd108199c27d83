#include "harness/drive/phases/phase_tools.hpp"

#include <fmt/format.h>

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

void watch_while_held(PhaseTools& tools, const HeldWatch& held) {
  record::Watch watch{.kind = held.kind, .arm = tools.arm.arm, .confirmation = tools.confirmation};
  const double hold_s = held.lead_s + held.watch_s + held.tail_s;
  const BatchResult result =
      tools.runner.visit(held.op, largest_fixture(tools.record), 1, hold_s, target_of(tools.arm), [&] {
        tools.wait(held.lead_s);
        watch = watch_cpu(tools, held.kind, held.watch_s);
      });
  for (const auto& row : result.records) {
    if (!watch.remark.empty()) break;
    watch.remark = row.error == record::TransferError::none
                       ? row.detail
                       : fmt::format("{}: {}", protocol::to_string(row.error), row.detail);
  }
  tools.record.watches.push_back(std::move(watch));
  tools.note(result);
}

}  // namespace bftp::drive
