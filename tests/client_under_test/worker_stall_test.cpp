#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::Op;
using protocol::TransferError;
using ::testing::HasSubstr;

class WorkerStallTest : public WorkerTest {
 protected:
  protocol::WorkerRecord stall_at(FakeServer::Script script, double hold_s) {
    FakeServer server(std::move(script));
    auto block = block_to(server.port(), Op::stall);
    block.hold_s = hold_s;
    const auto records = run(block);
    EXPECT_EQ(records.size(), 1u);
    return records.empty() ? protocol::WorkerRecord() : records.front();
  }
};

TEST_F(WorkerStallTest, AServerThatWaitsIsRight) {
  const std::string content = noise(8u << 20);  // far more than the buffers of both sides hold
  add_fixture("f", content);
  bool sent_all = true;
  const auto record = stall_at(
      [&](Peer& peer) {
        peer.receive_message();
        sent_all = peer.send_file(content);
      },
      0.05);
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.op, Op::stall);
  EXPECT_LE(record.bytes, 1024u);
  EXPECT_FALSE(sent_all);
  EXPECT_TRUE(record.connect_ns.has_value());
  EXPECT_EQ(record.identical, std::nullopt);
}

TEST_F(WorkerStallTest, AServerThatHangsUpIsReported) {
  add_fixture("f", "content");
  const auto record = stall_at(
      [](Peer& peer) {
        peer.receive_message();
        peer.send_file("content");
      },
      10);
  EXPECT_EQ(record.error, TransferError::closed_early);
  EXPECT_THAT(record.detail, HasSubstr("closed the connection while the client had stopped reading"));
}

TEST_F(WorkerStallTest, AServerThatResetsIsReported) {
  add_fixture("f", "content");
  const auto record = stall_at(
      [](Peer& peer) {
        peer.receive_message();
        peer.send_file("content");
        peer.reset();
      },
      10);
  EXPECT_EQ(record.error, TransferError::reset) << record.detail;
}

TEST_F(WorkerStallTest, ARefusalIsReported) {
  add_fixture("f", "content");
  const auto record = stall_at(
      [](Peer& peer) {
        peer.receive_message();
        peer.send_message("ERR 503 too many clients");
      },
      10);
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_THAT(record.detail, HasSubstr("too many clients"));
}

TEST_F(WorkerStallTest, AnHttpServerMayCloseAfterItsAnswer) {
  job.dialect = "http";
  add_fixture("f", "content");
  const auto record = stall_at(
      [](Peer& peer) {
        peer.receive_until("\r\n\r\n");
        peer.send("HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\ncontent");
      },
      10);
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
}

}  // namespace
}  // namespace bftp::client::worker::testing
