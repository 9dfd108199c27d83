#include "harness/drive/phases/heap_in_use.hpp"

#include <algorithm>
#include <vector>

#include "harness/record/large_work.hpp"

namespace bftp::drive {
namespace {

/// Of asking. Transfers last for as long as they do; a part of them shows what the rest holds.
constexpr double watch_s_max = 1.5;
constexpr std::size_t readings_max = 200;

struct Reading {
  double time_s = 0, survived_mib = 0;
};

std::optional<Reading> read_heap(PhaseTools& tools) {
  const record::ResourceSample sample = tools.read_at_rest();
  if (!sample.collector || !sample.collector->just_ran) return std::nullopt;
  return Reading{sample.time_s, sample.collector->survived_mib};
}

double end_s(const record::TransferRecord& row) {
  return row.start_s + row.transfer_ms.value_or(0) / 1000;
}

void watch(PhaseTools& tools, protocol::Op op) {
  const auto before = read_heap(tools);
  if (!before) return;
  const std::uint32_t fixture = largest_fixture(tools.record);
  std::vector<Reading> readings;
  const BatchResult result = tools.runner.visit(op, fixture, 1, 0, target_of(tools.arm), [&] {
    const double until_s = tools.now_s() + watch_s_max;
    while (tools.now_s() < until_s && readings.size() < readings_max && !tools.over()) {
      const auto reading = read_heap(tools);
      if (!reading) return;
      readings.push_back(*reading);
    }
  });
  tools.note(result);
  record::HeapInUse heap{
      tools.arm.arm, op, static_cast<std::uint16_t>(fixture), 0, before->survived_mib, before->survived_mib};
  for (const Reading& reading : readings) {
    const bool during = std::ranges::any_of(result.records, [&](const record::TransferRecord& row) {
      return row.ok() && reading.time_s >= row.start_s && reading.time_s <= end_s(row);
    });
    heap.readings += during ? 1 : 0;
    heap.most_mib = std::max(heap.most_mib, reading.survived_mib);
  }
  tools.record.heaps_in_use.push_back(heap);
}

}  // namespace

void watch_heap_in_use(PhaseTools& tools) {
  const auto& record = tools.record;
  if (tools.confirmation || record.plan.clients.count < record::whole_file_clients_min ||
      record.fixtures.at(largest_fixture(record)).size < record::whole_file_bytes_min)
    return;
  tools.progress("what is in use on the server's heap");
  for (const protocol::Op op : record.plan.ops)
    if (!tools.over() && !tools.given_up(op, largest_fixture(record))) watch(tools, op);
}

}  // namespace bftp::drive
