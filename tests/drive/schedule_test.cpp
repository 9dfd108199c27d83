#include "harness/drive/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

namespace bftp::drive {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t mib = 1u << 20;

std::vector<fixtures::Fixture> some_fixtures() {
  return {{.name = "book", .size = 936281},
          {.name = "tiny", .size = 1},
          {.name = "db", .size = 64 * mib},
          {.name = "empty", .size = 0}};
}

plan::Plan some_plan() {
  plan::Plan plan;
  plan.iterations = 100;
  plan.rounds = 10;
  plan.clients.count = 4;
  plan.clients.arena_bytes = 32 * mib;
  return plan;
}

TEST(Schedule, GivesLargeFixturesBlocksOfTheirOwn) {
  const auto groups = group_fixtures(some_plan(), some_fixtures());
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_THAT(groups[0].fixtures, ElementsAre(0));
  EXPECT_THAT(groups[1].fixtures, ElementsAre(2));
  EXPECT_THAT(groups[2].fixtures, ElementsAre(1, 3));
  EXPECT_EQ(groups[2].bytes, 1u);
}

TEST(Schedule, EveryIterationOfEveryGroupAndOpIsDoneOnce) {
  plan::Plan plan = some_plan();
  plan.large_iterations = 25;
  const Schedule schedule(plan, some_fixtures());
  std::map<std::pair<protocol::Op, std::vector<std::uint32_t>>, std::set<std::uint32_t>> done;
  std::uint64_t transfers = 0;
  for (std::uint32_t round = 0; round < schedule.rounds(); ++round)
    for (const BlockPlan& block : schedule.blocks(round))
      for (const Batch& batch : block.batches)
        for (std::uint32_t i = 0; i < batch.iterations; ++i) {
          EXPECT_TRUE(done[std::pair(batch.op, batch.fixtures)].insert(batch.first_iteration + i).second);
          transfers += batch.fixtures.size() * plan.clients.count;
        }
  EXPECT_EQ(done.size(), 6u) << "three groups, two ops";
  for (const auto& [key, iterations] : done) {
    const std::size_t due = key.second == std::vector<std::uint32_t>{2} ? 25 : 100;
    EXPECT_EQ(iterations.size(), due);
    EXPECT_EQ(*iterations.rbegin(), due - 1);
  }
  EXPECT_EQ(transfers, schedule.transfers_total());
}

TEST(Schedule, ReceivedCopiesOfABatchFitTheArena) {
  const auto fixtures = some_fixtures();
  const Schedule schedule(some_plan(), fixtures);
  for (const BlockPlan& block : schedule.blocks(3))
    for (const Batch& batch : block.batches) {
      std::uint64_t bytes = 0;
      for (const std::uint32_t index : batch.fixtures) bytes += fixtures[index].size;
      EXPECT_TRUE(bytes * batch.iterations <= 32 * mib || batch.iterations == 1);
      EXPECT_LE(batch.iterations * batch.fixtures.size(), Schedule::batch_transfers_max);
    }
}

TEST(Schedule, OrderFollowsTheSeedAlone) {
  const auto order = [](std::uint64_t seed) {
    plan::Plan plan = some_plan();
    plan.seed = seed;
    const Schedule schedule(plan, some_fixtures());
    std::vector<std::pair<int, std::uint32_t>> seen;
    for (std::uint32_t round = 0; round < schedule.rounds(); ++round)
      for (const BlockPlan& block : schedule.blocks(round))
        seen.emplace_back(static_cast<int>(block.batches.front().op), block.batches.front().fixtures.front());
    return seen;
  };
  EXPECT_EQ(order(7), order(7));
  EXPECT_NE(order(7), order(8));
}

TEST(Schedule, RoundsAreBoundedByIterationsAndByThemselves) {
  plan::Plan plan = some_plan();
  plan.iterations = 3;
  EXPECT_EQ(Schedule(plan, some_fixtures()).rounds(), 3u);
  plan.iterations = 1'000'000;
  plan.rounds = 100'000;
  EXPECT_EQ(Schedule(plan, some_fixtures()).rounds(), Schedule::rounds_max);
}

TEST(Schedule, TheRunsFirstBatchIsASinglePass) {
  const Schedule schedule(some_plan(), some_fixtures());
  for (const BlockPlan& block : schedule.blocks(0)) EXPECT_EQ(block.batches.front().iterations, 1u);
}

TEST(Schedule, FreshRepeatsCountOn) {
  const Schedule schedule(some_plan(), some_fixtures());
  for (const BlockPlan& block : schedule.blocks(0, 100))
    EXPECT_EQ(block.batches.front().first_iteration, 100u);
}

/// Iterations of each group (by its first fixture) over all rounds, GETs only.
std::map<std::uint32_t, std::vector<std::uint32_t>> iterations_at(const Schedule& schedule, double share) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_group;
  for (std::uint32_t round = 0; round < schedule.rounds(); ++round) {
    std::map<std::uint32_t, std::uint32_t> now{{0, 0}, {1, 0}, {2, 0}};
    for (const BlockPlan& block : schedule.blocks(round, 0, share))
      for (const Batch& batch : block.batches)
        if (batch.op == protocol::Op::get) now[batch.fixtures.front()] += batch.iterations;
    for (const auto& [group, iterations] : now) by_group[group].push_back(iterations);
  }
  return by_group;
}

TEST(Schedule, OfASlowServerEachRoundKeepsAShare) {
  plan::Plan plan = some_plan();
  plan.large_iterations = 20;
  const Schedule schedule(plan, some_fixtures());
  auto half = iterations_at(schedule, 0.5);
  EXPECT_THAT(half[0], ::testing::Each(5U));
  EXPECT_THAT(half[1], ::testing::Each(5U));
  EXPECT_THAT(half[2], ::testing::Each(1U)) << "large, two in each round";
  auto least = iterations_at(schedule, 0.01);
  EXPECT_THAT(least[0], ::testing::Each(1U));
  EXPECT_THAT(least[2], ::testing::Each(0U)) << "a large file may be left out of a round";
  auto tenth = iterations_at(schedule, 0.1);
  EXPECT_EQ(std::accumulate(tenth[2].begin(), tenth[2].end(), 0U), 2U) << "but not of all";
  for (const double share : {1.0, 0.5, 0.1}) {
    std::uint64_t done = 0, left_out = 0;
    for (std::uint32_t round = 0; round < schedule.rounds(); ++round) {
      for (const BlockPlan& block : schedule.blocks(round, 0, share))
        for (const Batch& batch : block.batches)
          done += std::uint64_t{batch.fixtures.size()} * batch.iterations * plan.clients.count;
      left_out += schedule.transfers_left_out(round, share);
    }
    EXPECT_EQ(done + left_out, schedule.transfers_total()) << share;
    EXPECT_EQ(left_out == 0, share == 1.0);
  }
}

}  // namespace
}  // namespace bftp::drive
