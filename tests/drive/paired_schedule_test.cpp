#include "harness/drive/paired_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace bftp::drive {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::UnorderedElementsAre;

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
  EXPECT_EQ(rounds.pairs % 2, 0u);
  EXPECT_THAT(rounds.iterations, ElementsAre(120u));
  EXPECT_LE(rounds.round_s, 60.0 / 20);
  EXPECT_GE(60 / rounds.round_s, 40);
}

TEST(PairedSchedule, ShortensBlocksBeforeItGivesUpRounds) {
  const std::vector<PairedCost> costs(8, {.iteration_s = 0.001, .iterations_max = 1000});
  const PairedRounds rounds = plan_rounds(costs, 0.1, 30);
  EXPECT_EQ(rounds.pairs, 2u);
  EXPECT_THAT(rounds.iterations, Each(Ge(30u)));
  EXPECT_GE(30 / rounds.round_s, 14);
}

TEST(PairedSchedule, GivesSlowStartersLongerRounds) {
  const std::vector<PairedCost> costs{{.iteration_s = 0.001, .iterations_max = 1000}};
  EXPECT_GT(plan_rounds(costs, 1, 300).pairs, plan_rounds(costs, 0.1, 300).pairs);
}

TEST(PairedSchedule, NeverMakesABlockOfNothing) {
  EXPECT_THAT(plan_rounds({{.iteration_s = 5, .iterations_max = 1}}, 0.1, 10).iterations, ElementsAre(1u));
  EXPECT_THAT(plan_rounds({{.iteration_s = 0, .iterations_max = 50}}, 0, 60).iterations, ElementsAre(50u));
  EXPECT_GE(plan_rounds({{.iteration_s = 5, .iterations_max = 1}}, 20, 2).pairs, 2u);
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

TEST(PairedSchedule, KeepsTheOrderOfWorkForBothPairsOfTwo) {
  EXPECT_EQ(work_order(1, 3, 0, 6), work_order(1, 3, 1, 6));
  EXPECT_THAT(work_order(1, 3, 0, 4), UnorderedElementsAre(0u, 1u, 2u, 3u));
  bool differs = false;
  for (std::uint32_t round = 0; round < 10; ++round)
    differs |= work_order(1, round, 0, 6) != work_order(1, round, 2, 6);
  EXPECT_TRUE(differs);
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
