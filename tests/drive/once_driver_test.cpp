#include "harness/drive/once_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using fakes::healthy;
using fakes::Stage;
using record::RunState;
using ::testing::HasSubstr;

class OnceDriverTest : public ::testing::Test {
 protected:
  OnceDriverTest() { stage.server().exit = launch::ExitStatus{0, std::nullopt}; }

  void run(OnceDriver::Restart restart) {
    OnceDriver(stage.record,
               {.workers = stage.session.workers,
                .arms = {{.server = stage.session.server.get(), .server_root = stage.session.server->root()}},
                .shares = {},
                .take_samples = {},
                .sink = stage.sink,
                .time = stage.time,
                .stop = stage.stop,
                .epoch_ns = stage.time.now_ns},
               std::move(restart))
        .run();
  }

  using Restarted = protocol::Result<launch::ServerHandle*>;
  Restarted restarted() { return stage.session.server.get(); }

  Stage stage{healthy, 1};
  int restarts = 0;
};

TEST_F(OnceDriverTest, StartsAServerForEachTransfer) {
  run([this] {
    ++restarts;
    return restarted();
  });
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).transfers, 8u) << "4 iterations of 2 fixtures";
  EXPECT_EQ(restarts, 7) << "the first server was there";
  EXPECT_EQ(stage.sink.rows.size(), 8u);
  ASSERT_EQ(stage.record.warnings.size(), 1u);
  EXPECT_EQ(stage.record.warnings[0].id, record::serves_once_warning);
  EXPECT_THAT(stage.record.warnings[0].text, HasSubstr("started 8 times"));
  EXPECT_TRUE(stage.record.blocks.empty()) << "nothing to time";
}

TEST_F(OnceDriverTest, ARunThatIsKilledLeavesWhatItHad) {
  run([this]() -> Restarted {
    EXPECT_GE(stage.sink.checkpoints, 1) << "before the second transfer";
    return protocol::Error{protocol::ErrorKind::system, "ended here", 0};
  });
}

TEST_F(OnceDriverTest, NotesWhatAnExternalClientLeaves) {
  stage.session.workers.clear();
  stage.session.workers.push_back(std::make_unique<fakes::FakeWorker>(
      0, stage.time, [](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
        auto record = healthy(block, iteration, fixture);
        record.client_end = protocol::ClientEnd{.exit_code = 0, .processes_left = 1};
        return record;
      }));
  run([this] { return restarted(); });
  EXPECT_EQ(stage.record.client_use.transfers, 8u);
  EXPECT_EQ(stage.record.client_use.with_processes, 8u);
}

TEST_F(OnceDriverTest, WhatNeverAnswersIsGivenUp) {
  stage.session.workers.clear();
  stage.session.workers.push_back(std::make_unique<fakes::FakeWorker>(
      0, stage.time, [](const auto& block, std::uint32_t iteration, std::uint32_t fixture) {
        auto record = healthy(block, iteration, fixture);
        if (fixture == 0) record.error = protocol::TransferError::deadline;
        return record;
      }));
  run([this] { return restarted(); });
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).transfers, 5u)
      << "one of the one, four of the other";
  EXPECT_EQ(stage.record.warnings.front().id, "drive.gave_up");
}

TEST_F(OnceDriverTest, OneThatDoesNotEndIsStoppedAndCounted) {
  stage.server().exit.reset();
  run([this] { return restarted(); });
  EXPECT_EQ(stage.record.state, RunState::complete);
  EXPECT_THAT(stage.record.warnings[0].text, HasSubstr("8 of these did not end by themselves"));
}

TEST_F(OnceDriverTest, AServerThatDoesNotStartAgainEndsTheRun) {
  run([]() -> Restarted { return protocol::Error{protocol::ErrorKind::system, "no port", 0}; });
  EXPECT_EQ(stage.record.state, RunState::failed);
  EXPECT_EQ(stage.record.state_text, "no port");
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).transfers, 1u);
}

TEST_F(OnceDriverTest, AnInterruptEndsItBetweenTransfers) {
  run([this] {
    if (++restarts == 3) stage.stop = true;
    return restarted();
  });
  EXPECT_EQ(stage.record.state, RunState::interrupted);
  EXPECT_EQ(stage.record.transfers.total(record::Arm::server).transfers, 4u);
}

}  // namespace
}  // namespace bftp::drive
