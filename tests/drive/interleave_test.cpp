#include "harness/drive/interleave.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace bftp::drive {
namespace {

using record::Arm;
using ::testing::ElementsAre;

BlockPlan block(std::uint32_t round, std::uint32_t iterations, std::uint32_t fixture = 0) {
  return {round, {{protocol::Op::get, {fixture}, round * iterations, iterations}}};
}

std::vector<ArmShare> run_chain() {
  return {{.arm = Arm::server}, control_share(), control_b_share()};
}

std::vector<Arm> order(const std::vector<Turn>& turns) {
  std::vector<Arm> arms;
  for (const Turn& turn : turns) arms.push_back(turn.arm);
  return arms;
}

TEST(Interleaver, LeavesOneArmsBlocksWhole) {
  Interleaver interleaver({{.arm = Arm::server}}, 1, 10);
  const auto turns = interleaver.turns(block(0, 10), false);
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(iterations_of(turns[0].work), 10u);
}

TEST(Interleaver, RunsABBAOrBAAB) {
  Interleaver interleaver({{.arm = Arm::server}, {.arm = Arm::control}}, 1, 10);
  std::set<std::vector<Arm>> seen;
  for (std::uint32_t round = 0; round < 20; ++round) {
    const auto arms = order(interleaver.turns(block(round, 10), false));
    ASSERT_EQ(arms.size(), 4u);
    EXPECT_EQ(arms[0], arms[3]);
    EXPECT_EQ(arms[1], arms[2]);
    EXPECT_NE(arms[0], arms[1]);
    seen.insert(arms);
  }
  EXPECT_EQ(seen.size(), 2u) << "both directions come";
}

TEST(Interleaver, EachDirectionComesEquallyOften) {
  Interleaver interleaver({{.arm = Arm::server}, control_share()}, 7, 10);
  int server_first = 0;
  for (std::uint32_t round = 0; round < 10; ++round)
    server_first += interleaver.turns(block(round, 3), true).front().arm == Arm::server ? 1 : 0;
  EXPECT_EQ(server_first, 5) << "also with one turn a round";
}

TEST(Interleaver, TheControlStandsBetweenTheServerAndTheSecondControl) {
  Interleaver interleaver(run_chain(), 3, 10);
  for (std::uint32_t round = 0; round < 10; ++round) {
    const auto turns = interleaver.turns(block(round, 4), false);
    ASSERT_EQ(turns.size(), 5u) << "the second control runs in the first turn only";
    EXPECT_EQ(turns[1].arm, Arm::control);
    EXPECT_EQ(turns[0].pair, turns[2].pair);
    EXPECT_NE(turns[2].pair, turns[3].pair);
    EXPECT_EQ(turns[3].pair, turns[4].pair);
  }
}

TEST(Interleaver, EveryIterationOfTheFirstArmIsDoneOnce) {
  Interleaver interleaver(run_chain(), 5, 10);
  std::map<Arm, std::multiset<std::uint32_t>> done;
  for (std::uint32_t round = 0; round < 3; ++round)
    for (const Turn& turn : interleaver.turns(block(round, 5), false))
      for (const Batch& batch : turn.work.batches)
        for (std::uint32_t i = 0; i < batch.iterations; ++i) done[turn.arm].insert(batch.first_iteration + i);
  for (std::uint32_t i = 0; i < 15; ++i) {
    EXPECT_EQ(done[Arm::server].count(i), 1u) << i;
    EXPECT_EQ(done[Arm::control].count(i), 1u) << i;
  }
}

TEST(Interleaver, LargeFilesCostTheControlsLittle) {
  Interleaver interleaver(run_chain(), 5, 10);
  std::map<Arm, std::uint32_t> iterations;
  for (std::uint32_t round = 0; round < 10; ++round)
    for (const Turn& turn : interleaver.turns(block(round, 3), true))
      iterations[turn.arm] += iterations_of(turn.work);
  EXPECT_EQ(iterations[Arm::server], 30u);
  EXPECT_EQ(iterations[Arm::control], 10u);
  EXPECT_EQ(iterations[Arm::control_b], 5u);
}

TEST(Interleaver, TheSameSeedGivesTheSameOrder) {
  Interleaver one(run_chain(), 11, 10), two(run_chain(), 11, 10), other(run_chain(), 12, 10);
  std::vector<Arm> first, second, third;
  for (std::uint32_t round = 0; round < 20; round += 2) {
    for (const Arm arm : order(one.turns(block(round, 4), false))) first.push_back(arm);
    for (const Arm arm : order(two.turns(block(round, 4), false))) second.push_back(arm);
    for (const Arm arm : order(other.turns(block(round, 4), false))) third.push_back(arm);
  }
  EXPECT_EQ(first, second);
  EXPECT_NE(first, third);
}

TEST(Interleaver, AnArmThatWasDroppedTakesNoFurtherPart) {
  Interleaver interleaver(run_chain(), 1, 10);
  interleaver.drop(Arm::control);
  for (const Turn& turn : interleaver.turns(block(0, 4), false)) EXPECT_NE(turn.arm, Arm::control);
  interleaver.drop(Arm::control_b);
  EXPECT_THAT(order(interleaver.turns(block(0, 4), false)), ElementsAre(Arm::server));
}

TEST(Interleaver, ManyRoundsHaveOneTurnEach) {
  Interleaver interleaver({{.arm = Arm::server}, {.arm = Arm::control}}, 1,
                          Interleaver::rounds_of_turns_max + 1);
  EXPECT_EQ(interleaver.turns(block(0, 10), false).size(), 2u);
}

TEST(Slice, KeepsBatchesNoLongerThanTheyWere) {
  const std::vector<Batch> batches{{protocol::Op::get, {0}, 0, 1}, {protocol::Op::get, {0}, 1, 4}};
  const auto head = slice(batches, 0, 2), tail = slice(batches, 2, 5);
  ASSERT_EQ(head.size(), 2u);
  EXPECT_EQ(head[0].iterations, 1u) << "the run's first batch stays a single pass";
  EXPECT_EQ(head[1].first_iteration, 1u);
  EXPECT_EQ(head[1].iterations, 1u);
  ASSERT_EQ(tail.size(), 1u);
  EXPECT_EQ(tail[0].first_iteration, 2u);
  EXPECT_EQ(tail[0].iterations, 3u);
}

}  // namespace
}  // namespace bftp::drive
