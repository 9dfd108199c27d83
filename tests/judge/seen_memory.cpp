#include "seen_memory.hpp"

#include <algorithm>

namespace bftp::judge::testing {

record::RunRecord run_of(const std::vector<MemoryPoint>& points) {
  RecordBuilder builder;
  builder.rounds = 4;
  builder.iterations = 5;
  builder.large_iterations = 1;
  builder.confirmation = std::ranges::any_of(points, &MemoryPoint::confirmation);
  auto record = builder.build();
  const auto usual = record.quiet_points.front().sample;
  record.quiet_points.clear();
  record.machine.memory_bytes = 24ull << 30;
  for (const auto& seen : points) {
    record::QuietPoint point;
    point.kind = seen.kind;
    point.confirmation = seen.confirmation;
    point.transfers_before = seen.done;
    point.sample = usual;
    point.sample.pss_mib = seen.pss_mib;
    record.quiet_points.push_back(point);
    if (seen.kind != QuietKind::refused && seen.kind != QuietKind::aborted) continue;
    const auto known = std::ranges::find_if(record.exercises, [&](const auto& exercise) {
      return exercise.kind == seen.kind && exercise.confirmation == seen.confirmation;
    });
    auto& exercise = known != record.exercises.end()
                         ? *known
                         : record.exercises.emplace_back(
                               record::Exercise{.kind = seen.kind, .confirmation = seen.confirmation});
    exercise.requests = exercise.as_meant = seen.done;
  }
  return record;
}

}  // namespace bftp::judge::testing
