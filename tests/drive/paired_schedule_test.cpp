#include "harness/drive/paired_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace bftp::drive {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(PairedSchedule, CrossesClientsOperationsAndFixtures) {
  plan::Plan plan;
  plan.ops = {protocol::Op::get, protocol::Op::put};
  const auto works = paired_work(plan, {1, 8}, 3);
  ASSERT_EQ(works.size(), 12u);
  EXPECT_EQ(works.front().clients, 1u);
  EXPECT_EQ(works.back().clients, 8u);
  EXPECT_EQ(works.back().crew, 1u);
  EXPECT_EQ(works.back().op, protocol::Op::put);
  EXPECT_EQ(works.back().fixture, 2u);
}

TEST(PairedSchedule, ManyShortRoundsForOneKindOfWork) {
  const PairedRounds rounds = plan_rounds({{.iteration_s = 0.001, .iterations_max = 1000}}, 0.1, 60);
  EXPECT_THAT(rounds.pairs, ElementsAre(16u));
  EXPECT_THAT(rounds.iterations, ElementsAre(30u));
  EXPECT_LE(rounds.round_s, 60.0 / 20);
  EXPECT_GE(60 / rounds.round_s, 40);
}

TEST(PairedSchedule, GivesUpPairsBeforeRounds) {
  const std::vector<PairedCost> costs(8, {.iteration_s = 0.001, .iterations_max = 1000});
  const PairedRounds rounds = plan_rounds(costs, 0.1, 30);
  EXPECT_THAT(rounds.pairs, Each(2u));
  EXPECT_THAT(rounds.iterations, Each(30u));
  EXPECT_GE(30 / rounds.round_s, 25);
}

TEST(PairedSchedule, GivesSlowStartersLongerRounds) {
  const std::vector<PairedCost> costs(3, {.iteration_s = 0.001, .iterations_max = 1000});
  EXPECT_GT(plan_rounds(costs, 1, 300).pairs.front(), plan_rounds(costs, 0.1, 300).pairs.front());
}

TEST(PairedSchedule, NeverMakesABlockOfNothing) {
  EXPECT_THAT(plan_rounds({{.iteration_s = 5, .iterations_max = 1}}, 0.1, 10).iterations, ElementsAre(1u));
  EXPECT_THAT(plan_rounds({{.iteration_s = 0, .iterations_max = 50}}, 0, 60).iterations, ElementsAre(50u));
  EXPECT_THAT(plan_rounds({{.iteration_s = 5, .iterations_max = 1}}, 20, 2).pairs, ElementsAre(2u));
  EXPECT_THAT(plan_rounds({}, 0.1, 10).pairs, IsEmpty());
}

/// A novel's block is mostly hashing, a small file's mostly transfers.
TEST(PairedSchedule, LetsTransfersOfEachKindRunForAsLong) {
  const PairedRounds rounds = plan_rounds({{.iteration_s = 0.0001, .busy_share = 1, .iterations_max = 4000},
                                           {.iteration_s = 0.001, .busy_share = 0.25, .iterations_max = 30}},
                                          0.1, 60);
  EXPECT_THAT(rounds.iterations, ElementsAre(300u, 30u));
  EXPECT_THAT(rounds.pairs, ElementsAre(4u, 14u));
  EXPECT_NEAR(rounds.round_s, 0.1 + 2 * (4 + 14) * 0.03, 1e-9);
}

TEST(PairedSchedule, BoundsThePairsOfTheShortestBlocks) {
  EXPECT_THAT(plan_rounds({{.iteration_s = 1e-6, .iterations_max = 1}}, 0.1, 60).pairs, ElementsAre(16u));
}

TEST(PairedSchedule, AlternatesWithinARoundAndDrawsTheFirst) {
  int base_first = 0;
  for (std::uint32_t round = 0; round < 1000; ++round) {
    const bool first = base_goes_first(42, round, 0);
    base_first += first ? 1 : 0;
    EXPECT_NE(first, base_goes_first(42, round, 1));
    EXPECT_EQ(first, base_goes_first(42, round, 2));
  }
  EXPECT_NEAR(base_first, 500, 60);
}

TEST(PairedSchedule, HoldsEachPairOfARoundOnce) {
  std::map<std::size_t, std::uint32_t> seen;
  for (const PairedTurn& turn : round_order(1, 3, {2, 8, 16})) ++seen[turn.work];
  EXPECT_THAT(seen, ElementsAre(Pair(0u, 2u), Pair(1u, 8u), Pair(2u, 16u)));
}

TEST(PairedSchedule, LeavesAbAndBaBesideEachOther) {
  for (std::uint32_t round = 0; round < 20; ++round) {
    const auto turns = round_order(7, round, {2, 8, 4});
    ASSERT_EQ(turns.size(), 14u);
    std::map<std::size_t, bool> next;  // who begins the couple
    for (std::size_t i = 0; i < turns.size(); i += 2) {
      EXPECT_EQ(turns[i].work, turns[i + 1].work);
      const auto begins = next.emplace(turns[i].work, base_goes_first(7, round, 0)).first;
      EXPECT_EQ(turns[i].base_first, begins->second);
      EXPECT_NE(turns[i + 1].base_first, begins->second);
      begins->second = !begins->second;
    }
  }
}

TEST(PairedSchedule, SpreadsEachKindOfWorkOverTheRound) {
  for (std::uint32_t round = 0; round < 20; ++round) {
    const auto turns = round_order(7, round, {16, 16});
    for (const std::size_t work : {0u, 1u}) {
      const auto first_half = std::count_if(turns.begin(), turns.begin() + 16,
                                            [work](const PairedTurn& turn) { return turn.work == work; });
      EXPECT_THAT(first_half, AllOf(Ge(6), Le(10)))
          << "half of 16, and a couple at most that stands on the border";
    }
  }
}

TEST(PairedSchedule, DrawsTheOrderOfWorkForEachRound) {
  std::set<std::vector<std::size_t>> orders;
  for (std::uint32_t round = 0; round < 50; ++round) {
    std::vector<std::size_t> works;
    for (const PairedTurn& turn : round_order(1, round, {2, 2, 2})) works.push_back(turn.work);
    orders.insert(works);
  }
  EXPECT_THAT(orders, SizeIs(6)) << "all orders of three";
}

TEST(PairedSchedule, LooksRarely) {
  std::vector<std::uint32_t> looks;
  for (std::uint32_t round = 1; round <= 200; ++round)
    if (look_after(round)) looks.push_back(round);
  EXPECT_THAT(looks, ElementsAre(12u, 24u, 48u, 96u, 192u));
}

TEST(PairedSchedule, BoundsABlockByMemoryAndRecords) {
  plan::Plan plan;
  plan.clients.arena_bytes = 32u << 20;
  EXPECT_EQ(paired_iterations_max(plan, 1, 1u << 20), 32u);
  EXPECT_EQ(paired_iterations_max(plan, 1, 64u << 20), 1u);
  EXPECT_EQ(paired_iterations_max(plan, 1, 0), 1000u);
  EXPECT_EQ(paired_iterations_max(plan, 160, 0), 100u);
}

}  // namespace
}  // namespace bftp::drive
