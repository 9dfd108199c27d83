#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/drive/phases/crowding.hpp"
#include "tests/drive/fakes.hpp"

/// What follows the rounds: each phase alone, in order, bounded, and recorded as what it was.
namespace bftp::drive {
namespace {

using fakes::healthy;
using fakes::Stage;
using protocol::Op;
using record::QuietKind;
using record::RunState;
using record::WatchKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::uint64_t> requests_at(const record::RunRecord& record, QuietKind kind) {
  std::vector<std::uint64_t> requests;
  for (const auto& point : record.quiet_points)
    if (point.kind == kind) requests.push_back(point.transfers_before);
  return requests;
}

TEST(Phases, ComeFromPoliteToImpolite) {
  Stage stage(healthy);
  stage.driver().first_pass();
  std::vector<Op> ops;
  for (const auto& block : stage.worker(0).blocks)
    if (ops.empty() || ops.back() != block.op) ops.push_back(block.op);
  EXPECT_THAT(ops, ElementsAre(Op::get, Op::half_open, Op::refused, Op::other_verb, Op::stall, Op::get,
                               Op::abort_get));
  std::vector<WatchKind> kinds;
  for (const auto& watch : stage.record.watches) kinds.push_back(watch.kind);
  EXPECT_THAT(kinds,
              ElementsAre(WatchKind::idle, WatchKind::half_open, WatchKind::stalled, WatchKind::aborted));
}

TEST(Phases, AreThoseOfThePlan) {
  Stage stage(healthy);
  stage.record.plan.phases = {"aborts", "half-open"};
  stage.driver().first_pass();
  std::vector<Op> ops;
  for (const auto& block : stage.worker(0).blocks)
    if (ops.empty() || ops.back() != block.op) ops.push_back(block.op);
  EXPECT_THAT(ops, ElementsAre(Op::get, Op::half_open, Op::abort_get));
  EXPECT_EQ(stage.record.exercises.size(), 1u);
}

TEST(Phases, ExercisesHaveQuietPointsBetweenThem) {
  Stage stage(healthy);
  stage.driver().first_pass();
  // Four requests of each of 2 clients to see what it costs, then 30 of each client in each of 12 stretches.
  EXPECT_THAT(requests_at(stage.record, QuietKind::refused),
              ElementsAre(0, 68, 128, 188, 248, 308, 368, 428, 488, 548, 608, 668, 728, 728));
  EXPECT_EQ(requests_at(stage.record, QuietKind::aborted).size(), 14u);
  EXPECT_EQ(requests_at(stage.record, QuietKind::others).size(), 14u);
  ASSERT_EQ(stage.record.exercises.size(), 3u);
  EXPECT_EQ(stage.record.exercises[0].kind, QuietKind::refused);
  EXPECT_EQ(stage.record.exercises[0].requests, 728u);
  EXPECT_EQ(stage.record.exercises[0].as_meant, 728u);
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).transfers, 16u) << "none of it is a transfer";
}

TEST(Phases, OtherVerbsAreAskedForWhereADialectHasThem) {
  const auto asked = [](const std::string& dialect) {
    Stage stage(healthy);
    stage.record.plan.server.dialect = dialect;
    stage.driver().first_pass();
    return requests_at(stage.record, QuietKind::others).size();
  };
  EXPECT_EQ(asked("bftp"), 14u);
  EXPECT_EQ(asked("http"), 14u);
  EXPECT_EQ(asked("nul"), 0u);
}

TEST(Phases, PutsAreBrokenOffToo) {
  Stage stage(healthy);
  stage.record.plan.ops = {Op::get, Op::put};
  stage.driver().first_pass();
  const auto& blocks = stage.worker(1).blocks;
  EXPECT_TRUE(std::any_of(blocks.begin(), blocks.end(), [](const auto& b) { return b.op == Op::abort_put; }));
}

TEST(Phases, FilesAreReplacedWherePutsAre) {
  Stage stage(healthy);
  stage.record.plan.ops = {Op::get, Op::put};
  stage.driver().first_pass();
  EXPECT_EQ(requests_at(stage.record, QuietKind::replaced).size(), 14u);
  const auto& exercises = stage.record.exercises;
  const auto replaced = std::ranges::find(exercises, QuietKind::replaced, &record::Exercise::kind);
  ASSERT_NE(replaced, exercises.end());
  EXPECT_EQ(replaced->as_meant, replaced->requests);
  for (const auto& block : stage.worker(0).blocks) {
    if (block.op != Op::replace_put) continue;
    EXPECT_EQ(block.server_root, stage.server().root());
  }
}

TEST(Phases, NothingIsReplacedWithoutPutRootOrClause) {
  const auto replaced = [](bool stores, const std::string& root, const std::string& dialect) {
    Stage stage(healthy);
    if (stores) stage.record.plan.ops = {Op::get, Op::put};
    stage.record.plan.server.dialect = dialect;
    stage.driver({.server = &stage.server(), .probe = &stage.probe, .server_root = root}).first_pass();
    return requests_at(stage.record, QuietKind::replaced).size();
  };
  EXPECT_EQ(replaced(true, "/root", "bftp"), 14u);
  EXPECT_EQ(replaced(false, "/root", "bftp"), 0u);
  EXPECT_EQ(replaced(true, "", "bftp"), 0u);
  EXPECT_EQ(replaced(true, "/root", "nul"), 0u);
}

/// Four clients and a file of 64 MiB, by a server whose heap holds 5 MiB, and 70 more while files move.
struct LargeFiles : Stage {
  explicit LargeFiles(std::uint32_t clients = 4)
      : Stage([this](const auto& block, std::uint32_t iteration,
                     std::uint32_t fixture) { return answer(block, iteration, fixture); },
              clients) {
    record.fixtures = {{.name = "tiny", .size = 1}, {.name = "large", .size = 64u << 20}};
    record.plan.ops = {Op::get, Op::put};
    probe.collects = true;
    probe.next.collector = record::Collector{.survived_mib = 5};
  }
  protocol::WorkerRecord answer(const protocol::WorkerBlock& block, std::uint32_t iteration,
                                std::uint32_t fixture) {
    auto row = healthy(block, iteration, fixture);
    row.start_ns = time.now_ns;
    row.transfer_ns = 1'000'000'000;
    probe.next.collector->survived_mib = moves_heap && fixture == 1 && block.op == Op::put ? 75 : 5;
    return row;
  }
  bool moves_heap = true;
};

TEST(Phases, WhatLivesOnTheHeapIsReadWhileTheLargestFileMoves) {
  LargeFiles stage;
  stage.driver().first_pass();
  ASSERT_EQ(stage.record.heaps_in_use.size(), 2u);
  const auto& get = stage.record.heaps_in_use[0];
  EXPECT_EQ(get.op, Op::get);
  EXPECT_EQ(get.fixture, 1u);
  EXPECT_GE(get.readings, 2u);
  EXPECT_EQ(get.most_mib, 5);
  const auto& put = stage.record.heaps_in_use[1];
  EXPECT_EQ(put.op, Op::put);
  EXPECT_EQ(put.least_mib, 5) << "before its transfers";
  EXPECT_EQ(put.most_mib, 75);
  const auto& blocks = stage.worker(0).blocks;
  EXPECT_TRUE(std::ranges::all_of(blocks, [&](const auto& block) {
    return block.op != Op::put || block.server_root == stage.server().root();
  }));
}

TEST(Phases, HeapsAreNotReadWhereNothingComesOfIt) {
  LargeFiles few(3);
  few.driver().first_pass();
  EXPECT_TRUE(few.record.heaps_in_use.empty());
  LargeFiles small;
  small.record.fixtures[1].size = 1 << 20;
  small.driver().first_pass();
  EXPECT_TRUE(small.record.heaps_in_use.empty());
  LargeFiles refusing;
  refusing.probe.collects = false;
  refusing.driver().first_pass();
  EXPECT_TRUE(refusing.record.heaps_in_use.empty());
}

TEST(Phases, OfAnEmptyFileNothingIsBrokenOff) {
  Stage stage(healthy);
  stage.record.plan.ops = {Op::get, Op::put};
  for (auto& fixture : stage.record.fixtures) fixture.size = 0;
  stage.driver().first_pass();
  for (const auto& block : stage.worker(0).blocks)
    EXPECT_TRUE(block.op != Op::abort_put && block.op != Op::abort_get);
  EXPECT_THAT(requests_at(stage.record, QuietKind::aborted), ::testing::IsEmpty());
}

TEST(Phases, WhatNobodyAnswersIsGivenUp) {
  Stage stage([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (block.op == Op::refused) {
      record.error = protocol::TransferError::deadline;
      record.detail = "silence";
    }
    return record;
  });
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(stage.record.exercises.at(0).requests, 8u) << "four of each client";
  EXPECT_EQ(stage.record.exercises.at(0).as_meant, 0u);
  EXPECT_THAT(stage.record.exercises.at(0).remark, HasSubstr("given up"));
  EXPECT_EQ(stage.record.exercises.at(0).serves_after, true) << "transfers go on";
  EXPECT_EQ(stage.record.exercises.at(1).serves_after, std::nullopt) << "all was as meant";
}

TEST(Phases, WhoeverBrokeTheServerForAllIsFoundOut) {
  for (const auto error : {protocol::TransferError::deadline, protocol::TransferError::connect_failed}) {
    int broken_off = 0;
    Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
      auto record = healthy(block, iteration, fixture);
      if (block.op == Op::abort_get) ++broken_off;
      if (broken_off > 3) {
        record.identical.reset();
        record.error = error;
        record.detail = "nobody there";
      }
      return record;
    });
    stage.driver().first_pass();
    EXPECT_EQ(stage.record.exercises.at(0).serves_after, std::nullopt);
    EXPECT_EQ(stage.record.exercises.back().kind, QuietKind::aborted);
    EXPECT_EQ(stage.record.exercises.back().serves_after, false) << protocol::to_string(error);
  }
}

TEST(Phases, WhoNeverServedIsNotAskedWhetherItServesOn) {
  Stage stage([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    record.identical.reset();
    record.error = protocol::TransferError::reset;
    return record;
  });
  stage.driver().first_pass();
  for (const auto& exercise : stage.record.exercises) EXPECT_EQ(exercise.serves_after, std::nullopt);
}

TEST(Phases, ASlowServerIsAskedLessOften) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    if (block.op == Op::refused) stage.time.now_ns += 100'000'000;
    return healthy(block, iteration, fixture);
  });
  stage.driver().first_pass();
  EXPECT_LE(stage.record.exercises.at(0).requests, 8u + 12u * 2u);
}

TEST(Phases, CompareOneClientWithAllInTurns) {
  Stage stage(healthy, 3);
  stage.driver().first_pass();
  ASSERT_EQ(stage.record.crowdings.size(), 1u);
  const auto& crowding = stage.record.crowdings.front();
  EXPECT_EQ(crowding.fixture, 0u);
  EXPECT_EQ(crowding.alone_ms.size(), 5u * 20u);
  EXPECT_EQ(crowding.together_ms.size(), 3u * 5u * 20u) << "without the warm-up";
  EXPECT_DOUBLE_EQ(crowding.alone_ms.front(), 2.0);
}

TEST(Phases, OneClientComesBackTwiceAfterThoseThatBehavedBadly) {
  Stage stage(healthy, 3);
  stage.driver().first_pass();
  ASSERT_EQ(stage.record.crowdings.size(), 1u);
  const auto& crowding = stage.record.crowdings.front();
  EXPECT_EQ(crowding.after_ms.size(), 4u * 20u);
  EXPECT_EQ(crowding.later_ms.size(), 4u * 20u);
  const auto& blocks = stage.worker(0).blocks;
  const auto bad = std::ranges::find_if(blocks, [](const auto& block) { return block.op == Op::stall; });
  ASSERT_NE(bad, blocks.end());
  EXPECT_TRUE(std::any_of(bad, blocks.end(), [](const auto& block) { return block.op == Op::get; }));
}

TEST(Phases, AFailureInThemIsAFailureOfTheRun) {
  Stage stage([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (iteration == 1u << 30) record.identical = false;
    return record;
  });
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).different, 2u);
  EXPECT_EQ(stage.record.transfers.failures().size(), 2u);
}

TEST(Phases, ThePlanCanLeaveThemOut) {
  Stage stage(healthy, 1);
  stage.record.plan.stall_s = 0;
  stage.record.plan.idle_s = 0;
  stage.driver().first_pass();
  EXPECT_TRUE(stage.record.watches.empty());
  EXPECT_TRUE(stage.record.crowdings.empty()) << "one client has nobody to be compared with";
}

TEST(Phases, AServerThatDiesInOneEndsTheRun) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    if (block.op == Op::abort_get) stage.server().exit = launch::ExitStatus{.signal = 13};
    return healthy(block, iteration, fixture);
  });
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::server_died);
  EXPECT_THAT(stage.record.state_text, HasSubstr("signal 13"));
}

TEST(Phases, StrayFilesAreGivenTimeToGo) {
  Stage stage(healthy);
  stage.record.plan.server.kind = plan::ServerKind::reference;
  int looks = 0;
  Driver driver(
      stage.record,
      {.workers = stage.session.workers,
       .arms = {{.server = &stage.server(), .probe = &stage.probe, .server_root = stage.server().root()}},
       .shares = {},
       .look_for_strays =
           [&] {
             record::StrayFiles found{.known = true};
             if (++looks < 4) found.count = 1, found.names = {"part.tmp"};
             return found;
           },
       .sink = stage.sink,
       .time = stage.time,
       .stop = stage.stop,
       .epoch_ns = stage.time.now_ns});
  driver.first_pass();
  EXPECT_EQ(looks, 4);
  ASSERT_EQ(stage.record.stray_files.size(), 1u);
  EXPECT_EQ(stage.record.stray_files.front().count, 0u);
}

/// The operations that workers were sent out with.
std::set<Op> ops_of(Stage& stage) {
  std::set<Op> ops;
  for (const auto& block : stage.worker(0).blocks) ops.insert(block.op);
  return ops;
}

TEST(Phases, AnExchangeOfFtpIsNotBrokenOff) {
  Stage stage(healthy);
  stage.record.plan.server.dialect = "ftp";
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(ops_of(stage), (std::set<Op>{Op::get, Op::refused, Op::stall}));
  EXPECT_EQ(stage.record.crowdings.size(), 1u);
  ASSERT_EQ(stage.record.exercises.size(), 1u);
  EXPECT_EQ(stage.record.exercises.front().kind, QuietKind::refused) << "a name that is not there";
}

TEST(Phases, WithAnExternalClientOursOnlyStopReading) {
  Stage stage(healthy);
  stage.record.plan.clients.command = "curl -o {local} {remote}";
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(ops_of(stage), (std::set<Op>{Op::get, Op::stall}));
  EXPECT_TRUE(stage.record.crowdings.empty());
  EXPECT_TRUE(stage.record.stray_files.empty());
}

TEST(Phases, WithoutAProbeNobodyIsImpoliteForNothing) {
  Stage stage(healthy);
  stage.driver({.server = &stage.server()}).first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(ops_of(stage), (std::set<Op>{Op::get, Op::stall}));
  EXPECT_TRUE(stage.record.quiet_points.empty());
}

TEST(CrowdingFixture, IsTheLargestThatIsNotLarge) {
  record::RunRecord record;
  record.fixtures = {
      {.name = "s", .size = 5}, {.name = "m", .size = 1u << 20}, {.name = "l", .size = 64u << 20}};
  EXPECT_EQ(crowding_fixture(record), 1u);
  record.fixtures = {{.name = "l", .size = 64u << 20}, {.name = "m", .size = 16u << 20}};
  EXPECT_EQ(crowding_fixture(record), 1u);
}

}  // namespace
}  // namespace bftp::drive
