#include "harness/drive/schedule.hpp"

#include <algorithm>
#include <cmath>

#include "harness/drive/mix.hpp"

namespace bftp::drive {

std::vector<FixtureGroup> group_fixtures(const plan::Plan& plan,
                                         const std::vector<fixtures::Fixture>& fixtures) {
  std::vector<FixtureGroup> groups;
  FixtureGroup small{.iterations = plan.iterations};
  for (std::uint32_t i = 0; i < fixtures.size(); ++i) {
    if (fixtures[i].size >= own_group_bytes) {
      groups.push_back({{i}, fixtures[i].size, plan::iterations_over(plan, fixtures[i].size)});
    } else {
      small.fixtures.push_back(i);
      small.bytes += fixtures[i].size;
    }
  }
  if (!small.fixtures.empty()) groups.push_back(std::move(small));
  return groups;
}

Schedule::Schedule(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures)
    : seed_(plan.seed),
      rounds_(std::clamp(std::min(plan.rounds, plan.iterations), 1u, rounds_max)),
      clients_(plan.clients.count),
      arena_bytes_(plan.clients.arena_bytes),
      ops_(plan.ops),
      groups_(group_fixtures(plan, fixtures)) {}

std::uint32_t Schedule::first_iteration(const FixtureGroup& group, std::uint32_t round) const {
  return static_cast<std::uint32_t>(std::uint64_t{group.iterations} * round / rounds_);
}

std::uint32_t Schedule::iterations_at_once(const FixtureGroup& group) const {
  const std::uint64_t by_arena = group.bytes == 0 ? batch_transfers_max : arena_bytes_ / group.bytes;
  const std::uint64_t by_count = batch_transfers_max / group.fixtures.size() / std::max(1u, clients_ / 16);
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, std::min(by_arena, by_count)));
}

std::uint32_t Schedule::iterations_of(const FixtureGroup& group, std::uint32_t round, double share) const {
  const std::uint32_t first = first_iteration(group, round), end = first_iteration(group, round + 1);
  if (share >= 1 || first == end) return end - first;
  const bool large = group.bytes >= plan::large_fixture_bytes && group.fixtures.size() == 1;
  if (large) return static_cast<std::uint32_t>(std::floor(share * end) - std::floor(share * first));
  return std::max(1U, static_cast<std::uint32_t>(std::lround(share * (end - first))));
}

std::vector<BlockPlan> Schedule::blocks(std::uint32_t round, std::uint32_t offset, double share) const {
  std::vector<BlockPlan> blocks;
  for (const protocol::Op op : ops_) {
    for (const FixtureGroup& group : groups_) {
      BlockPlan block{.round = round, .batches = {}};
      const std::uint32_t first = first_iteration(group, round);
      const std::uint32_t end = first + iterations_of(group, round, share);
      std::uint32_t step = 0;
      for (std::uint32_t at = first; at < end; at += step) {
        // The run's first batch is a single pass: a file that hangs the server is found after one deadline.
        step = at == 0 ? 1 : std::min(iterations_at_once(group), end - at);
        block.batches.push_back({op, group.fixtures, offset + at, step});
      }
      if (!block.batches.empty()) blocks.push_back(std::move(block));
    }
  }
  shuffle(blocks, seed_ ^ (std::uint64_t{round} << 32) ^ offset);
  return blocks;
}

std::uint64_t Schedule::transfers_left_out(std::uint32_t round, double share) const {
  std::uint64_t of_one_client = 0;
  for (const FixtureGroup& group : groups_)
    of_one_client += std::uint64_t{group.fixtures.size()} *
                     (iterations_of(group, round, 1) - iterations_of(group, round, share));
  return of_one_client * ops_.size() * clients_;
}

std::uint64_t Schedule::transfers_total() const {
  std::uint64_t of_one_client = 0;
  for (const FixtureGroup& group : groups_)
    of_one_client += std::uint64_t{group.fixtures.size()} * group.iterations;
  return of_one_client * ops_.size() * clients_;
}

}  // namespace bftp::drive
