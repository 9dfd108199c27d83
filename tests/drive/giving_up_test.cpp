#include "harness/drive/giving_up.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fakes::healthy;
using fakes::Stage;
using protocol::Op;
using record::TransferError;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

record::TransferRecord row(std::uint16_t client, std::uint16_t fixture, double start_s, TransferError error) {
  record::TransferRecord row;
  row.client = client;
  row.fixture = fixture;
  row.start_s = start_s;
  row.error = error;
  return row;
}

class GivingUpTest : public ::testing::Test {
 protected:
  GivingUpTest() {
    plan.ops = {Op::get, Op::put};
    plan.iterations = 100;
    for (const char* name : {"a", "b", "c", "d", "e", "f"}) fixtures.push_back({.name = name, .size = 10});
  }

  /// One client alone, `seconds` for each transfer: of `of` transfers the first `hung` hang.
  std::vector<record::Warning> batch(Op op, std::size_t hung, std::size_t of, double seconds) {
    BatchResult result;
    for (std::size_t i = 0; i < of; ++i, now_s += seconds)
      result.records.push_back(row(0, static_cast<std::uint16_t>(i % fixtures.size()), now_s,
                                   i < hung ? TransferError::deadline : TransferError::none));
    return giving_up.note({.op = op, .fixtures = {0, 1, 2, 3, 4, 5}}, result, now_s);
  }

  plan::Plan plan;
  std::vector<fixtures::Fixture> fixtures;
  GivingUp giving_up{plan, fixtures};
  double now_s = 0;
};

TEST_F(GivingUpTest, AHealthyServerIsNeverGivenUp) {
  for (int i = 0; i < 100; ++i) EXPECT_THAT(batch(Op::get, 0, 600, 29), IsEmpty());
  EXPECT_THAT(giving_up.note_time(1e6), IsEmpty()) << "slow, but right";
  EXPECT_FALSE(giving_up.is_wary());
  EXPECT_FALSE(giving_up.includes_all());
}

TEST_F(GivingUpTest, AnOperationOfWhichNothingComesIsLeftOutAndTheOtherGoesOn) {
  const auto warnings = batch(Op::put, 3, 3, 30);
  ASSERT_THAT(warnings, SizeIs(1)) << "one sentence for the whole operation";
  EXPECT_EQ(warnings[0].id, "drive.gave_up");
  EXPECT_EQ(
      warnings[0].text,
      "3 of 3 PUTs ended without an answer and cost 90 s of waiting, so the rest of the PUTs was left out");
  EXPECT_TRUE(giving_up.includes(Op::put, 5));
  EXPECT_FALSE(giving_up.includes(Op::get, 0));
  EXPECT_FALSE(giving_up.includes_all());
  EXPECT_THAT(batch(Op::get, 3, 3, 30), SizeIs(1));
  EXPECT_TRUE(giving_up.includes_all());
}

TEST_F(GivingUpTest, OneFixtureThatHangsIsLeftOutAlone) {
  const auto warnings = batch(Op::get, 1, 6, 30);
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_THAT(warnings[0].text, HasSubstr("every one of 1 transfers (get of a) ended without an answer"));
  EXPECT_TRUE(giving_up.includes(Op::get, 0));
  EXPECT_FALSE(giving_up.includes(Op::get, 1));
}

TEST_F(GivingUpTest, AStumbleOverAFixtureThatHasComeIsForgiven) {
  batch(Op::get, 0, 6, 1);
  EXPECT_THAT(batch(Op::get, 1, 6, 30), IsEmpty());
  EXPECT_FALSE(giving_up.includes(Op::get, 0));
}

TEST_F(GivingUpTest, ManyLostMinutesEndAnOperation) {
  EXPECT_THAT(batch(Op::get, 9, 600, 0.1), IsEmpty()) << "few";
  EXPECT_TRUE(giving_up.is_wary());
  EXPECT_THAT(batch(Op::get, 9, 600, 0.1), IsEmpty()) << "many, but they cost next to nothing";
  EXPECT_THAT(batch(Op::get, 9, 600, 6), IsEmpty()) << "a minute of an hour";
  const auto warnings = batch(Op::get, 50, 60, 30);
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_THAT(warnings[0].text, HasSubstr("77 of 1860 GETs"));
}

TEST_F(GivingUpTest, AServerThatFailsAndIsSlowGetsTheTimeOfAHealthyRun) {
  batch(Op::get, 1, 6, 20);
  EXPECT_THAT(giving_up.note_time(199), IsEmpty()) << "20 s were waited in vain";
  const auto warnings = giving_up.note_time(201);
  ASSERT_THAT(warnings, SizeIs(1));
  EXPECT_THAT(warnings[0].text, HasSubstr("no more than 180 s"));
  EXPECT_TRUE(giving_up.includes_all());
  EXPECT_THAT(giving_up.note_time(202), IsEmpty()) << "said once";
}

TEST(WaitedInVain, IsThatOfTheClientThatWaitedLongest) {
  const std::vector<record::TransferRecord> rows = {
      row(0, 0, 0, TransferError::deadline), row(0, 1, 30, TransferError::deadline),
      row(0, 2, 35, TransferError::none),    row(1, 0, 0, TransferError::none),
      row(1, 1, 1, TransferError::deadline),
  };
  EXPECT_DOUBLE_EQ(waited_in_vain_s(rows, 36, 30), 35) << "the other: 30, its deadline";
  EXPECT_DOUBLE_EQ(waited_in_vain_s({}, 36, 30), 0);
}

/// Time passes with each transfer that hangs.
TEST(DriverGivesUp, AServerThatNeverAnswersIsLeftAlone) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    stage.time.now_ns += 1'000'000'000;
    auto record = healthy(block, iteration, fixture);
    record.identical.reset();
    record.error = TransferError::deadline;
    return record;
  });
  stage.record.plan.ops = {Op::get, Op::put};
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, record::RunState::complete);
  EXPECT_EQ(stage.sink.rows.size(), 2u * 2u * 2u) << "both ops of both fixtures, by both clients, once";
  for (const auto& block : stage.worker(0).blocks)
    EXPECT_TRUE(protocol::is_transfer(block.op)) << "no phase waits for what never comes";
  ASSERT_THAT(stage.record.watches, SizeIs(1));
  EXPECT_EQ(stage.record.watches[0].kind, record::WatchKind::idle) << "it may spin";
}

TEST(DriverGivesUp, BatchesAreShortOnceTransfersHang) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (fixture == 0 && iteration == 1) record.error = TransferError::deadline;
    return record;
  });
  stage.record.plan.iterations = 40;
  stage.record.plan.rounds = 4;
  stage.record.fixtures.resize(1);
  stage.driver().first_pass();
  std::vector<std::uint32_t> iterations;
  for (const auto& block : stage.worker(0).blocks)
    if (block.op == Op::get && block.first_iteration < 1000) iterations.push_back(block.iterations);
  EXPECT_EQ(stage.record.transfers.counts().at({record::Arm::server, Op::get, 0}).transfers, 80u)
      << "two failures are no reason to stop";
  EXPECT_THAT(iterations, ::testing::Contains(10u)) << "nor to be wary";
}

}  // namespace
}  // namespace bftp::drive
