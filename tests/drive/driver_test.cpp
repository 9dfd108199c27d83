#include "harness/drive/driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/drive/worker_job.hpp"
#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fakes::healthy;
using fakes::Stage;
using record::RunState;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Driver, RecordsEveryTransferOfAHealthyRun) {
  Stage stage(healthy);
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(stage.sink.rows.size(), 2u * 2u * 4u);
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).identical, 16u);
  EXPECT_EQ(stage.record.blocks.size(), 4u) << "two rounds, two groups";
  EXPECT_TRUE(stage.record.blocks.front().warm_up);
  EXPECT_FALSE(stage.record.blocks.back().warm_up);
  EXPECT_GT(stage.sink.checkpoints, 2);
}

TEST(Driver, GivesASlowServerFewerIterationsAndSaysSo) {
  const auto transfers_within = [](double pass_time_s) {
    Stage stage(healthy);
    stage.record.plan.iterations = 400;
    stage.record.plan.rounds = 8;
    stage.record.plan.pass_time_s = pass_time_s;
    stage.driver().first_pass();
    EXPECT_EQ(stage.record.state, RunState::complete);
    std::set<std::uint32_t> rounds;
    for (const record::BlockRecord& block : stage.record.blocks) rounds.insert(block.round);
    EXPECT_EQ(rounds.size(), 8u) << "every round takes place";
    const bool said = std::any_of(stage.record.warnings.begin(), stage.record.warnings.end(),
                                  [](const auto& warning) { return warning.id == "server.slow"; });
    EXPECT_EQ(said, stage.sink.rows.size() < 400u * 2u * 2u);
    return stage.sink.rows.size();
  };
  EXPECT_EQ(transfers_within(0), 400u * 2u * 2u);
  EXPECT_EQ(transfers_within(1e6), 400u * 2u * 2u);
  const auto few = transfers_within(0.05);
  EXPECT_LT(few, 1000u);
  EXPECT_GE(few, 2u * 2u * (50u + 7u)) << "the whole first round, and one iteration in each other";
}

TEST(Driver, TellsTimesFromTheStartOfTheRun) {
  Stage stage(healthy);
  stage.driver().first_pass();
  EXPECT_DOUBLE_EQ(stage.sink.rows.front().start_s, 1.0);
  EXPECT_DOUBLE_EQ(stage.sink.rows.front().transfer_ms.value(), 2.0);
  EXPECT_NEAR(stage.record.blocks.front().busy_s, 0.004, 1e-9) << "two iterations of 2 ms";
  EXPECT_DOUBLE_EQ(stage.record.blocks.front().server_cpu_s.value(), 1.0) << "two batches";
  EXPECT_DOUBLE_EQ(stage.record.blocks.front().workers_cpu_s.value(), 0.004);
}

TEST(Driver, EndsARunThatMustNotGoOn) {
  Stage stage(healthy);
  int asked = 0;
  Driver driver(stage.record, {.workers = stage.session.workers,
                               .arms = {{.server = stage.session.server.get(), .probe = &stage.probe}},
                               .shares = {},
                               .must_end = [&]() -> std::optional<std::string> {
                                 if (++asked < 2) return std::nullopt;
                                 return "the disk is full of it, and it was ended";
                               },
                               .sink = stage.sink,
                               .time = stage.time,
                               .stop = stage.stop,
                               .epoch_ns = stage.time.now_ns});
  driver.first_pass();
  EXPECT_EQ(stage.record.state, RunState::time_up);
  EXPECT_THAT(stage.record.state_text, HasSubstr("full of it, and it was ended after"));
  EXPECT_EQ(asked, 2) << "once a second, and no more after the end";
}

TEST(Driver, TakesQuietPointsAndWatches) {
  Stage stage(healthy);
  stage.driver().first_pass();
  std::vector<record::QuietKind> kinds;
  for (const auto& point : stage.record.quiet_points) kinds.push_back(point.kind);
  using K = record::QuietKind;
  ASSERT_GE(kinds.size(), 4u);
  kinds.resize(4);
  EXPECT_THAT(kinds, ElementsAre(K::baseline, K::round, K::round, K::settled));
  EXPECT_EQ(stage.record.quiet_points.at(1).transfers_before, 8u);
  ASSERT_EQ(stage.record.watches.size(), 4u);
  EXPECT_EQ(stage.record.watches[0].kind, record::WatchKind::idle);
  EXPECT_NEAR(stage.record.watches[0].end_s - stage.record.watches[0].start_s, stage.record.plan.idle_s, 0.2);
}

TEST(Driver, CountsAtQuietPointsWhatTheServerTook) {
  Stage stage([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (fixture == 1) {
      record.identical.reset();
      record.error = protocol::TransferError::refused;
    }
    return record;
  });
  stage.driver().first_pass();
  const auto& after = stage.record.quiet_points.at(1);
  ASSERT_EQ(after.kind, record::QuietKind::round);
  EXPECT_EQ(after.transfers_before, 4u) << "half of the eight were turned away";
}

TEST(Driver, RestsOnceHalfWayThroughTheRounds) {
  const auto gap_s = [](const Stage& stage, std::size_t before) {
    return stage.record.blocks.at(before + 1).start_s - stage.record.blocks.at(before).start_s;
  };
  Stage brisk(healthy), rested(healthy);
  rested.record.plan.rest_s = 12;
  brisk.driver().first_pass();
  Driver driver = rested.driver();
  driver.first_pass();
  EXPECT_LT(gap_s(brisk, 1), 10) << "round 0 ends with block 1";
  EXPECT_NEAR(gap_s(rested, 1), gap_s(brisk, 1) + 12, 0.2);
  EXPECT_NEAR(gap_s(rested, 0), gap_s(brisk, 0), 0.2);
  driver.confirm();
  EXPECT_NEAR(gap_s(rested, 5), gap_s(brisk, 1), 0.2) << "repeats do without";
}

TEST(Driver, AServerThatDiesWhileItRestsEndsTheRest) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    stage.server().exit = launch::ExitStatus{.signal = 9};
    return healthy(block, iteration, fixture);
  });
  stage.record.plan.rest_s = 3600;
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::server_died);
  EXPECT_LT(stage.record.duration_s, 60);
}

TEST(Driver, LooksForTheRuntimeUntilOneIsRecognised) {
  Stage stage(healthy);
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.server_runtime.kind, record::RuntimeKind::unknown);
  Stage java(healthy);
  java.probe.recognised = {record::RuntimeKind::hotspot, {"-Xmx16m"}};
  java.driver().first_pass();
  EXPECT_EQ(java.record.server_runtime.kind, record::RuntimeKind::hotspot);
  EXPECT_EQ(java.record.server_runtime.options, std::vector<std::string>{"-Xmx16m"});
}

TEST(Driver, HasGarbageCollectedBeforeItReadsAtRest) {
  const auto just_ran = [](const Stage& stage) {
    std::vector<bool> ran;
    for (const auto& point : stage.record.quiet_points)
      ran.push_back(point.sample.collector && point.sample.collector->just_ran);
    return ran;
  };
  Stage java(healthy);
  java.probe.next.collector.emplace();
  java.probe.collects = true;
  java.driver().first_pass();
  EXPECT_THAT(just_ran(java), Each(true));
  EXPECT_EQ(java.probe.collections, static_cast<int>(java.record.quiet_points.size()));

  Stage refusing(healthy);
  refusing.probe.next.collector.emplace();
  refusing.driver().first_pass();
  EXPECT_THAT(just_ran(refusing), Each(false));

  Stage attached(healthy);
  attached.probe.next.collector.emplace();
  attached.probe.collects = true;
  attached.record.plan.server.kind = plan::ServerKind::attached;
  attached.driver().first_pass();
  EXPECT_EQ(attached.probe.collections, 0) << "it may have more to do than to be tested";
}

TEST(Driver, WaitsForHandlesToReturnBeforeItSettles) {
  Stage stage(healthy);
  stage.record.plan.settle_s = 3;
  Driver driver = stage.driver();
  stage.probe.next.fds = 5;
  driver.first_pass();
  const double calm_s = stage.record.duration_s;

  Stage leaky([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    leaky.probe.next.fds = 50;
    return healthy(block, iteration, fixture);
  });
  leaky.record.plan.settle_s = 3;
  leaky.driver().first_pass();
  EXPECT_GT(leaky.record.duration_s, calm_s + 2.5);
  EXPECT_EQ(leaky.record.quiet_points.back().sample.fds, 50u);
}

TEST(Driver, ConfirmationCountsOnAndIsMarked) {
  Stage stage(healthy);
  Driver driver = stage.driver();
  driver.first_pass();
  const std::size_t before = stage.record.blocks.size();
  driver.confirm();
  EXPECT_EQ(stage.record.state, RunState::complete);
  ASSERT_EQ(stage.record.blocks.size(), 2 * before);
  EXPECT_TRUE(stage.record.blocks.back().confirmation);
  EXPECT_FALSE(stage.record.blocks.back().warm_up);
  EXPECT_EQ(stage.sink.rows.back().iteration, 7u);
}

TEST(Driver, AServerThatDiesEndsTheRunAsItsOwnFault) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    stage.server().exit = launch::ExitStatus{.signal = 11};
    return healthy(block, iteration, fixture);
  });
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::server_died);
  EXPECT_THAT(stage.record.state_text, HasSubstr("signal 11"));
  ASSERT_EQ(stage.record.server_ends.size(), 1u);
  EXPECT_THAT(stage.record.server_ends[0].last_lines, ElementsAre("Traceback", "KeyError: 3"));
  EXPECT_TRUE(stage.record.server_ends[0].by_itself);
}

TEST(Driver, AWorkerThatDiesIsTheHarnesssFault) {
  Stage stage(healthy);
  stage.worker(1).dies_after = 3;
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::failed);
  EXPECT_THAT(stage.record.state_text, HasSubstr("Segmentation fault"));
  const auto rows = stage.sink.rows;
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(),
                          [](const auto& row) { return row.error == record::TransferError::worker_died; }),
            1);
  EXPECT_GT(rows.size(), 3u) << "nothing that was told is lost";
}

TEST(Driver, AWorkerThatWasStoppedGoesOn) {
  Stage stage(healthy);
  stage.worker(0).stops_left = 2;
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  ASSERT_FALSE(stage.record.warnings.empty());
  EXPECT_EQ(stage.record.warnings.front().id, "worker.stopped");
  EXPECT_EQ(stage.sink.rows.size(), 16u);
}

TEST(Driver, AWorkerThatIsStoppedAgainAndAgainIsLost) {
  Stage stage(healthy);
  stage.worker(0).stops_left = 1000;
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::failed);
  EXPECT_THAT(stage.record.state_text, HasSubstr("stopped"));
}

/// A client under test is the worker's child, and could write to its output.
TEST(Driver, ARecordOfNoTransferOfTheBlockIsNotTaken) {
  const auto forged = [](auto change) {
    Stage stage([change](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
      auto record = healthy(block, iteration, fixture);
      change(record);
      return record;
    });
    stage.driver().first_pass();
    EXPECT_EQ(stage.record.state, RunState::failed);
    EXPECT_TRUE(std::any_of(
        stage.record.warnings.begin(), stage.record.warnings.end(),
        [](const auto& warning) { return warning.text.find("not in its block") != std::string::npos; }));
  };
  forged([](auto& record) { record.fixture = 70'000; });
  forged([](auto& record) { record.iteration += 1; });
  forged([](auto& record) { record.op = protocol::Op::put; });
}

TEST(Driver, AFullDiskEndsTheRunWithItsMessage) {
  Stage stage(healthy);
  stage.sink.answer = protocol::Error{protocol::ErrorKind::no_space, "cannot write transfers.csv: no space"};
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::failed);
  EXPECT_THAT(stage.record.state_text, HasSubstr("no space"));
}

TEST(Driver, GivesUpOnWhatNeverAnswers) {
  Stage stage([](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    if (fixture == 0 && block.op == protocol::Op::get) {
      record.identical.reset();
      record.error = protocol::TransferError::deadline;
    }
    return record;
  });
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::complete);
  ASSERT_FALSE(stage.record.warnings.empty());
  EXPECT_EQ(stage.record.warnings.front().id, "drive.gave_up");
  const auto book = stage.record.transfers.counts().at({record::Arm::server, protocol::Op::get, 0});
  EXPECT_EQ(book.transfers, 2u) << "one pass of each client, no more";
  const auto tiny = stage.record.transfers.counts().at({record::Arm::server, protocol::Op::get, 1});
  EXPECT_EQ(tiny.transfers, 8u) << "the others go on";
}

TEST(Driver, AnInterruptEndsInOrder) {
  Stage stage(healthy);
  stage.stop = true;
  stage.driver().first_pass();
  EXPECT_EQ(stage.record.state, RunState::interrupted);
  EXPECT_TRUE(stage.sink.rows.empty());
  EXPECT_GT(stage.sink.checkpoints, 0);
}

TEST(Driver, SaysThatTheClockWasSet) {
  Stage stage([&](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
    stage.time.wall_offset_ns = 3'600'000'000'000;
    return healthy(block, iteration, fixture);
  });
  stage.driver().first_pass();
  ASSERT_EQ(stage.record.warnings.size(), 1u);
  EXPECT_EQ(stage.record.warnings[0].id, "clock.jump");
  EXPECT_THAT(stage.record.warnings[0].text, HasSubstr("3600.0 s"));
}

TEST(Driver, SeveralWorkersHashOnlyWhenAllHaveTransferred) {
  Stage crowd(healthy);
  crowd.driver().first_pass();
  EXPECT_TRUE(crowd.worker(0).blocks.front().hold_verification);
  EXPECT_EQ(crowd.sink.rows.size(), 16u);

  Stage alone(healthy, 1);
  alone.driver().first_pass();
  EXPECT_FALSE(alone.worker(0).blocks.front().hold_verification) << "there is nobody to wait for";
}

TEST(Driver, PutsAreVerifiedInTheServersRoot) {
  Stage stage(healthy);
  stage.record.plan.ops = {protocol::Op::put};
  stage.record.plan.rate_per_s = 10;
  stage.driver().first_pass();
  EXPECT_EQ(stage.worker(0).blocks.front().server_root, "/root-of-server");
  EXPECT_EQ(stage.worker(0).blocks.front().port, 4711);
  EXPECT_DOUBLE_EQ(stage.worker(0).blocks.front().start_interval_s.value(), 0.2)
      << "10 a second over two clients";
  EXPECT_DOUBLE_EQ(stage.worker(0).blocks.front().start_offset_s, 0);
  EXPECT_DOUBLE_EQ(stage.worker(1).blocks.front().start_offset_s, 0.1) << "one stream, evenly spread";
}

TEST(MakeJob, HandsOverThePlan) {
  record::RunRecord record;
  record.plan.clients.count = 2;
  record.plan.clients.verify = protocol::Verify::bytes;
  record.machine.cores = 8;
  record.fixtures = {{.name = "a b", .size = 3, .path = "/f/a b"}};
  const protocol::WorkerJob job = make_job(record, 1, "/evidence");
  EXPECT_EQ(job.client, 1u);
  EXPECT_EQ(job.hash_threads, 4u);
  EXPECT_EQ(job.verify, protocol::Verify::bytes);
  EXPECT_EQ(job.fixtures.at(0).local_path, "/f/a b");
}

TEST(ArenaBytes, HoldsTheLargestOrdinaryFixture) {
  const plan::Plan plan;
  EXPECT_EQ(arena_bytes_for(plan, {{.size = 10}}), plan.clients.arena_bytes);
  EXPECT_EQ(arena_bytes_for(plan, {{.size = 64u << 20}}), 64u << 20);
  EXPECT_EQ(arena_bytes_for(plan, {{.size = 5ull << 30}}), plan.clients.arena_bytes);
  EXPECT_EQ(arena_bytes_for(plan, {{.size = 64u << 20}}, 256u << 20), 16u << 20)
      << "a quarter of the memory over 4 clients";
}

TEST(DriverRemarks, OfAGoodTransferBecomeOneWarning) {
  Stage stage([](const protocol::WorkerBlock& block, std::uint32_t iteration, std::uint32_t fixture) {
    auto record = healthy(block, iteration, fixture);
    record.detail = "PASV named the address 192.0.2.1";
    return record;
  });
  auto driver = stage.driver();
  driver.first_pass();
  ASSERT_EQ(stage.record.warnings.size(), 1u);
  EXPECT_EQ(stage.record.warnings[0].id, "transfer.remark");
  EXPECT_EQ(stage.record.warnings[0].text, "a transfer went well, but PASV named the address 192.0.2.1");
}

}  // namespace
}  // namespace bftp::drive
