#include "harness/judge/cost.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/judge/pairs.hpp"
#include "record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using record::Arm;
using ::testing::HasSubstr;

record::BlockRecord block_of(std::optional<double> cpu_s, std::optional<double> instructions) {
  record::BlockRecord block;
  block.transfers = 10;
  block.server_cpu_s = cpu_s;
  block.server_instructions = instructions;
  return block;
}

record::RunRecord run_of(std::vector<record::BlockRecord> blocks) {
  record::RunRecord record;
  record.blocks = std::move(blocks);
  return record;
}

TEST(CostUnit, IsInstructionsOnlyWhereEveryBlockHasThem) {
  EXPECT_EQ(cost_unit(run_of({})), CostUnit::cpu_time);
  EXPECT_EQ(cost_unit(run_of({block_of(0.1, {})})), CostUnit::cpu_time);
  EXPECT_EQ(cost_unit(run_of({block_of(0.1, 2e8), block_of(0.1, 3e8)})), CostUnit::instructions);
  EXPECT_EQ(cost_unit(run_of({block_of(0.1, 2e8), block_of(0.1, {})})), CostUnit::cpu_time);
  record::BlockRecord nothing = block_of(0, {});
  nothing.transfers = 0;
  EXPECT_EQ(cost_unit(run_of({block_of(0.1, 2e8), nothing})), CostUnit::instructions);
}

TEST(CostUnit, DoesNotBelieveACountOfPartOfATree) {
  EXPECT_EQ(cost_unit(run_of({block_of(1, 2e8), block_of(1, 1e6)})), CostUnit::cpu_time);
  EXPECT_EQ(cost_unit(run_of({block_of(1, 2e8), block_of(0, 0.0)})), CostUnit::cpu_time);
}

TEST(CostOfTransfer, IsInTheUnitAsked) {
  const auto block = block_of(0.1, 2e8);
  EXPECT_EQ(cost_of_transfer(block, CostUnit::instructions, 1), 2e7) << "no grain of a clock";
  EXPECT_EQ(cost_of_transfer(block, CostUnit::cpu_time, 0.1), 0.01);
  EXPECT_EQ(cost_of_transfer(block, CostUnit::cpu_time, 0.2), std::nullopt);
  record::BlockRecord nothing = block;
  nothing.transfers = 0;
  EXPECT_EQ(cost_of_transfer(nothing, CostUnit::instructions, 0), std::nullopt);
}

/// CPU time says nothing here (it is twice the control's, on a machine that wavers); instructions say 60
/// times.
TEST(CpuCost, IsComparedByInstructionsWhereTheyAreCounted) {
  RecordBuilder builder;
  builder.control = true;
  auto record = builder.build();
  for (auto& block : record.blocks)
    block.server_instructions =
        (block.arm == Arm::server ? 60e9 : 1e9) * static_cast<double>(block.transfers);
  ASSERT_FALSE(cpu_pairs({record, false}, Arm::server, Arm::control).empty());
  for (const PairPoint& pair : cpu_pairs({record, false}, Arm::server, Arm::control))
    EXPECT_NEAR(std::exp(pair.log_ratio), 60, 1e-9);
  const Verdict verdict = find(judge_all(record), "cpu.cost");
  EXPECT_THAT(verdict.measured, HasSubstr("60 times the reference server's instructions"));
  for (auto& block : record.blocks) block.server_instructions.reset();
  EXPECT_THAT(find(judge_all(record), "cpu.cost").measured, HasSubstr("the reference server's CPU time"));
}

/// Two passes of few pairs, each of which may be chance among so many questions.
TEST(CpuCost, ASmokeRunFindsWhatBothItsPassesShow) {
  RecordBuilder builder;
  builder.control = true;
  builder.confirmation = true;
  builder.rounds = 7;  // 6 pairs of each work in either pass, as in a smoke run
  builder.clients = 2;
  builder.iterations = 3;
  builder.cpu_s = [](const Ask& ask) {
    return 0.05 + 1e-7 * static_cast<double>(ask.ordinal);
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& verdict = find(verdicts, "cpu.cost");
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
}

/// 33 ms for a process of its own, however small the file: 38 s for a GiB of Oliver Twists.
TEST(CpuCost, AProcessForEachClientIsWarnedOfAndNoMore) {
  RecordBuilder builder;
  builder.control = true;
  builder.confirmation = true;
  builder.cpu_s = [](const Ask& ask) {
    return 0.033 + static_cast<double>(ask.size) * 2e-10;
  };
  auto record = builder.build();
  EXPECT_EQ(find(judge_all(record), "cpu.cost").status, Status::fail) << "who starts none has no such excuse";
  for (auto& sample : record.samples)
    if (sample.arm == Arm::server) sample.processes = 4;
  EXPECT_EQ(find(judge_all(record), "cpu.cost").status, Status::warn);
}

TEST(CpuCost, AProcessForEachClientIsNoExcuseForWhatBytesCost) {
  RecordBuilder builder;
  builder.control = true;
  builder.confirmation = true;
  builder.cpu_s = [](const Ask& ask) {
    return 0.033 + static_cast<double>(ask.size) * 4e-8;
  };
  auto record = builder.build();
  for (auto& sample : record.samples)
    if (sample.arm == Arm::server) sample.processes = 4;
  EXPECT_EQ(find(judge_all(record), "cpu.cost").status, Status::fail);
}

}  // namespace
}  // namespace bftp::judge::testing
