#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/record/run_record_json.hpp"
#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fakes::FakeServer;
using fakes::healthy;
using fakes::Stage;
using record::Arm;
using record::RunState;
using ::testing::HasSubstr;

/// A run with the reference server beside it, twice.
class ArmsStage {
 public:
  explicit ArmsStage(fakes::Answer answer) : stage(std::move(answer)) {
    stage.record.arms = {
        {.arm = Arm::server}, {.arm = Arm::control, .name = "reference server"}, {.arm = Arm::control_b}};
  }

  Driver driver(bool companions = true) {
    return Driver(stage.record,
                  {.workers = stage.session.workers,
                   .arms = {{.arm = Arm::server, .server = &stage.server(), .probe = &stage.probe},
                            {.arm = Arm::control,
                             .server = &control,
                             .probe = &probe,
                             .dialect = control_dialect,
                             .companion = companions},
                            {.arm = Arm::control_b, .server = &control_b, .companion = companions}},
                   .shares = {{.arm = Arm::server}, control_share(), control_b_share()},
                   .sink = stage.sink,
                   .time = stage.time,
                   .stop = stage.stop,
                   .epoch_ns = stage.time.now_ns});
  }

  std::uint64_t transfers(Arm arm) const { return stage.record.transfers.total(arm).transfers; }

  Stage stage;
  FakeServer control{4712}, control_b{4713};
  fakes::FakeProbe probe;
  std::string control_dialect;  ///< empty: the plan's
};

TEST(Arms, EachHasRowsBlocksAndQuietPointsOfItsOwn) {
  ArmsStage arms(healthy);
  arms.driver().first_pass();
  EXPECT_EQ(arms.stage.record.state, RunState::complete);
  EXPECT_EQ(arms.transfers(Arm::server), 16u) << "as many as without a control";
  EXPECT_EQ(arms.transfers(Arm::control), 16u);
  EXPECT_GT(arms.transfers(Arm::control_b), 0u);
  EXPECT_LT(arms.transfers(Arm::control_b), 16u);
  for (const auto& block : arms.stage.record.blocks) EXPECT_TRUE(block.pair.has_value());
  const auto quiet = [&](Arm arm) {
    return std::count_if(
        arms.stage.record.quiet_points.begin(), arms.stage.record.quiet_points.end(),
        [arm](const auto& point) { return point.sample.arm == arm && !record::is_exercise(point.kind); });
  };
  EXPECT_EQ(quiet(Arm::server), quiet(Arm::control));
  EXPECT_EQ(quiet(Arm::control_b), 0) << "it has no probe";
  EXPECT_EQ(arms.stage.record.watches.size(), 4u);
  for (const auto& watch : arms.stage.record.watches)
    EXPECT_EQ(watch.arm, Arm::server) << "the server under test alone";
}

TEST(Arms, AreSpokenToInDialectsOfTheirOwn) {
  ArmsStage arms(healthy);
  arms.control_dialect = "bftp";
  arms.driver().first_pass();
  bool seen = false;
  for (const auto& block : arms.stage.worker(0).blocks) {
    EXPECT_EQ(block.dialect, block.port == 4712 ? "bftp" : "") << protocol::encode(block);
    seen = seen || block.port == 4712;
  }
  EXPECT_TRUE(seen);
}

TEST(Arms, AloneAndTogetherIsComparedWithTheControlInTurns) {
  ArmsStage arms(healthy);
  arms.driver().first_pass();
  ASSERT_EQ(arms.stage.record.crowdings.size(), 2u);
  EXPECT_EQ(arms.stage.record.crowdings[0].arm, Arm::server);
  EXPECT_EQ(arms.stage.record.crowdings[1].arm, Arm::control);
  for (const auto& crowding : arms.stage.record.crowdings) {
    EXPECT_EQ(crowding.alone_ms.size(), 100u);
    EXPECT_EQ(crowding.after_ms.size(), 80u);
  }
  std::vector<std::uint16_t> ports;
  for (const auto& block : arms.stage.worker(0).blocks)
    if (block.first_iteration >= 1u << 30 && (ports.empty() || ports.back() != block.port))
      ports.push_back(block.port);
  EXPECT_GT(ports.size(), 10u) << "they take turns";
  EXPECT_EQ(arms.transfers(Arm::server), 16u) << "what went well there is no row";
}

TEST(Arms, AControlThatDiesAmongTheCrowdEndsNothing) {
  ArmsStage arms([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (block.port != 4712 || iteration < 1u << 30) return record;
    arms.control.exit = launch::ExitStatus{.signal = 9};
    record.error = protocol::TransferError::reset;
    return record;
  });
  arms.driver().first_pass();
  EXPECT_EQ(arms.stage.record.state, RunState::complete);
  ASSERT_EQ(arms.stage.record.crowdings.size(), 2u);
  EXPECT_EQ(arms.stage.record.crowdings[0].alone_ms.size(), 100u);
  EXPECT_TRUE(arms.stage.record.crowdings[1].alone_ms.empty());
  EXPECT_EQ(arms.stage.record.arms[1].remark, "it was ended by signal 9");
  EXPECT_EQ(arms.transfers(Arm::server), 16u);
}

TEST(Arms, NeighboursOfAPairDoTheSameWorkNextToEachOther) {
  ArmsStage arms(healthy);
  arms.driver().first_pass();
  const auto& blocks = arms.stage.record.blocks;
  std::map<std::uint32_t, std::vector<std::size_t>> pairs;
  for (std::size_t i = 0; i < blocks.size(); ++i) pairs[*blocks[i].pair].push_back(i);
  for (const auto& [pair, members] : pairs) {
    EXPECT_GE(members.size(), 2u);
    EXPECT_EQ(members.back() - members.front(), members.size() - 1) << "nothing ran in between";
    for (const std::size_t i : members) {
      EXPECT_EQ(blocks[i].op, blocks[members.front()].op);
      EXPECT_EQ(blocks[i].fixtures, blocks[members.front()].fixtures);
      EXPECT_EQ(blocks[i].round, blocks[members.front()].round);
    }
  }
}

TEST(Arms, WorkersAreSentToTheServerWhoseTurnItIs) {
  ArmsStage arms(healthy);
  arms.driver().first_pass();
  std::set<std::uint16_t> ports;
  for (const auto& block : arms.stage.worker(0).blocks) ports.insert(block.port);
  EXPECT_EQ(ports, (std::set<std::uint16_t>{4711, 4712, 4713}));
}

TEST(Arms, ACompanionThatDiesIsDroppedAndSaid) {
  ArmsStage arms([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    if (block.port == 4712) arms.control.exit = launch::ExitStatus{.signal = 9};
    return healthy(block, iteration, fixture);
  });
  arms.driver().first_pass();
  EXPECT_EQ(arms.stage.record.state, RunState::complete);
  EXPECT_EQ(arms.transfers(Arm::server), 16u);
  ASSERT_EQ(arms.stage.record.warnings.size(), 1u);
  EXPECT_EQ(arms.stage.record.warnings[0].id, "control.lost");
  EXPECT_THAT(arms.stage.record.warnings[0].text, HasSubstr("signal 9"));
  EXPECT_THAT(arms.stage.record.arms[1].remark, HasSubstr("signal 9"));
  ASSERT_EQ(arms.stage.record.server_ends.size(), 1u);
  EXPECT_EQ(arms.stage.record.server_ends[0].arm, Arm::control);
}

TEST(Arms, ACompanionThatAnswersNothingIsDroppedAfterOneBatch) {
  ArmsStage arms([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (block.port == 4713) {
      record.identical.reset();
      record.error = protocol::TransferError::deadline;
    }
    return record;
  });
  arms.driver().first_pass();
  EXPECT_EQ(arms.stage.record.state, RunState::complete);
  EXPECT_LE(arms.transfers(Arm::control_b), 4u);
  EXPECT_EQ(arms.transfers(Arm::control), 16u);
}

TEST(Arms, WhatTheServerNeverAnswersIsNotAskedOfTheControlEither) {
  ArmsStage arms([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (block.port == 4711 && fixture == 0 && block.op == protocol::Op::get) {
      record.identical.reset();
      record.error = protocol::TransferError::deadline;
    }
    return record;
  });
  arms.driver().first_pass();
  EXPECT_EQ(arms.stage.record.state, RunState::complete);
  auto counts = arms.stage.record.transfers.counts();
  const auto book = counts[{Arm::control, protocol::Op::get, 0}].transfers;
  EXPECT_LE(book, 4u) << "one turn at most, when the control came first";
  EXPECT_EQ((counts[{Arm::control, protocol::Op::get, 1}].transfers), 8u);
}

TEST(Arms, TheServersDeathEndsTheRunWithCompanionsAlive) {
  ArmsStage arms([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    if (block.port == 4711) arms.stage.server().exit = launch::ExitStatus{.code = 1};
    return healthy(block, iteration, fixture);
  });
  arms.driver().first_pass();
  EXPECT_EQ(arms.stage.record.state, RunState::server_died);
}

TEST(Arms, TwoServersThatTheRunIsAboutAreBothWatched) {
  ArmsStage arms(healthy);
  arms.driver(false).first_pass();
  std::map<Arm, int> watches;
  for (const auto& watch : arms.stage.record.watches) ++watches[watch.arm];
  EXPECT_EQ(watches[Arm::server], 4);
  EXPECT_EQ(watches[Arm::control], 4);
  EXPECT_EQ(watches[Arm::control_b], 2) << "it has no probe: idle and stalled alone";
}

TEST(Arms, MoreRoundsGoOnWithFreshIterations) {
  ArmsStage arms(healthy);
  Driver driver = arms.driver();
  driver.first_pass();
  const auto before = arms.transfers(Arm::server);
  driver.more_rounds(1);
  EXPECT_EQ(arms.stage.record.state, RunState::complete);
  EXPECT_EQ(arms.transfers(Arm::server), before + 8u) << "a round more of two";
  std::set<record::TransferKey> keys;
  for (const auto& row : arms.stage.sink.rows)
    EXPECT_TRUE(keys.insert(record::key_of(row)).second) << "iteration " << row.iteration;
  driver.confirm();
  for (std::size_t i = keys.size(); i < arms.stage.sink.rows.size(); ++i)
    EXPECT_TRUE(keys.insert(record::key_of(arms.stage.sink.rows[i])).second);
}

}  // namespace
}  // namespace bftp::drive
