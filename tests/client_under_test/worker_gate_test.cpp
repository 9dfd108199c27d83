#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_under_test/worker/clock.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

/// When a block's transfers begin, and when its copies may be verified.
namespace bftp::client::worker::testing {
namespace {

class WorkerGateTest : public WorkerTest {};

TEST_F(WorkerGateTest, AnOpenLoopBeginsWithItsPhase) {
  add_fixture("f", "content");
  FakeServer server(serves("content"));
  auto block = block_to(server.port(), protocol::Op::get, 2);
  block.start_interval_s = 0.02;
  const auto from_ns = now_ns();
  block.start_offset_s = 0.015;
  const auto records = run(block);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_GE(records[0].start_ns - from_ns, 15'000'000);
  EXPECT_EQ(records[1].start_ns - records[0].start_ns, 20'000'000);
}

TEST_F(WorkerGateTest, HashesNothingBeforeItIsLetTo) {
  add_fixture("f", "content");
  FakeServer server(serves("content"));
  auto block = block_to(server.port(), protocol::Op::get, 3);
  block.hold_verification = true;
  auto prepared = Worker::prepare(job).value();
  std::vector<std::string> order;
  const auto ran = prepared->run(
      block,
      [&](const protocol::WorkerRecord& record) {
        order.push_back(record.identical == true ? "identical" : "not");
        return true;
      },
      [&](const protocol::WorkerBlock& held) {
        order.push_back("gate of " + std::to_string(held.block));
        return true;
      });
  EXPECT_TRUE(ran.has_value());
  EXPECT_THAT(order, ::testing::ElementsAre("gate of 0", "identical", "identical", "identical"));
}

TEST_F(WorkerGateTest, EndsWhenNobodySaysWhenToVerify) {
  add_fixture("f", "content");
  FakeServer server(serves("content"));
  auto block = block_to(server.port());
  block.hold_verification = true;
  const auto never = [](const protocol::WorkerRecord&) {
    ADD_FAILURE() << "a record before its copy was verified";
    return true;
  };
  auto prepared = Worker::prepare(job).value();
  EXPECT_FALSE(prepared->run(block, never));
  EXPECT_FALSE(prepared->run(block, never, [](const protocol::WorkerBlock&) { return false; }));
}

}  // namespace
}  // namespace bftp::client::worker::testing
