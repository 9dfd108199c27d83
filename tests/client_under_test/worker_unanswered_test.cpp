// GET from servers that say no, say nothing, or are not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::TransferError;
using ::testing::HasSubstr;

class WorkerUnansweredTest : public WorkerTest {};

TEST_F(WorkerUnansweredTest, TheWrongWordsAreQuotedAndNamed) {
  add_fixture("f", "content");
  const struct {
    const char* said;
    TransferError error;
    const char* detail;
  } cases[] = {
      {"HTTP/1.1 400 Bad Request\r\n\r\n", TransferError::malformed_reply,
       "the reply begins with \"HTTP/1.1 400 Bad Request\\r\\n\\r\\n\" where a header of eight hexadecimal "
       "digits is due "
       "(clause 1.2); this looks like the dialect http (--dialect http)"},
      {"220 ready\r\n", TransferError::malformed_reply, "this looks like the dialect ftp (--dialect ftp)"},
      {"OK 7content", TransferError::malformed_reply, "a reply without its header"},
      {"\x01\xff", TransferError::malformed_reply, "\"\\x01\\xff\""},
      {"ffffffff", TransferError::malformed_reply, "more than 65536 bytes"},
      {"00000004what", TransferError::malformed_reply, "neither OK nor ERR"},
      {"00000002OK", TransferError::malformed_reply, "where a decimal size is due"},
      {"00000016OK 9223372036854775808", TransferError::malformed_reply, "more than the largest size"},
      {"00000005OK 07content", TransferError::malformed_reply, "where a decimal size is due"},
      {"00000015ERR 404 no such\x1b file", TransferError::refused,
       "the server answered ERR 404 no such\\x1b file"},
  };
  for (const auto& each : cases) {
    const auto record = get_from([&](Peer& peer) {
      peer.receive_message();
      peer.send(each.said);
      peer.wait_for_close();
    });
    EXPECT_EQ(record.error, each.error) << each.said;
    EXPECT_THAT(record.detail, HasSubstr(each.detail));
    EXPECT_EQ(record.identical, std::nullopt);
    EXPECT_EQ(record.transfer_ns, std::nullopt);
    EXPECT_EQ(record.bytes, 0u);
  }
}

TEST_F(WorkerUnansweredTest, AServerThatSaysNothingClosesEarly) {
  add_fixture("f", "content");
  const auto record = get_from([](Peer& peer) { peer.receive_message(); });
  EXPECT_EQ(record.error, TransferError::closed_early);
  EXPECT_EQ(record.detail, "the server closed the connection before the first byte of its answer");
  const auto half = get_from([](Peer& peer) {
    peer.receive_message();
    peer.send("0000");
  });
  EXPECT_EQ(half.error, TransferError::closed_early);
  EXPECT_EQ(half.detail, "the server closed the connection within its answer, after \"0000\"");
}

TEST_F(WorkerUnansweredTest, ASilentServerRunsIntoTheDeadline) {
  job.transfer_deadline_s = 0.05;
  add_fixture("f", "content");
  const auto record = get_from([](Peer& peer) { peer.wait_for_close(); });
  EXPECT_EQ(record.error, TransferError::deadline);
  EXPECT_EQ(record.detail, "the deadline of 0.05 s passed before the first byte of its answer");
}

TEST_F(WorkerUnansweredTest, ATricklingServerRunsIntoTheDeadlineToo) {
  job.transfer_deadline_s = 0.05;
  add_fixture("f", noise(50'000));
  bool client_left = false;
  const auto record = get_from([&](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK 50000");
    client_left = peer.trickle(noise(50'000), 1);
  });
  EXPECT_EQ(record.error, TransferError::deadline);
  EXPECT_THAT(record.detail, HasSubstr("the deadline of 0.05 s passed after "));
  EXPECT_LT(record.bytes, 50'000u);
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_TRUE(client_left);
}

/// A whole deadline here would outlast every test run.
TEST_F(WorkerUnansweredTest, AnnouncedBytesThatNeverComeAreNotAwaitedToTheDeadline) {
  job.transfer_deadline_s = 86'400;
  const std::string content = noise(10'000);
  add_fixture("f", content);
  FakeServer server([&](Peer& peer) {
    peer.receive_message();
    peer.send("00000008OK 10001" + content);
    peer.wait_for_close();
  });
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 4))) {
    EXPECT_EQ(record.error, TransferError::wrong_size);
    EXPECT_EQ(record.detail,
              "the server announced 10001 bytes, the fixture has 10000; it ended after 10000 of 10001 bytes");
    EXPECT_EQ(record.bytes, 10'000u);
  }
}

TEST_F(WorkerUnansweredTest, ASilenceIsShorterOnceTwoTransfersWaitedInVain) {
  job.transfer_deadline_s = 1.2;
  add_fixture("f", "content");
  FakeServer server([](Peer& peer) { peer.wait_for_close(); });
  const auto records = run(block_to(server.port(), protocol::Op::get, 3));
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[0].detail, HasSubstr("the deadline of 1.2 s passed"));
  EXPECT_THAT(records[2].detail, HasSubstr("the deadline of 1 s passed"));
}

TEST_F(WorkerUnansweredTest, NobodyListens) {
  add_fixture("f", "content");
  std::uint16_t port = 0;
  {
    port = FakeServer([](Peer&) {}).port();
  }
  const auto records = run(block_to(port, protocol::Op::get, 2));
  ASSERT_EQ(records.size(), 2u);
  for (const auto& record : records) {
    EXPECT_EQ(record.error, TransferError::connect_failed);
    EXPECT_EQ(record.detail, "connecting to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
    EXPECT_FALSE(record.connect_ns || record.first_byte_ns || record.transfer_ns);
  }
}

TEST_F(WorkerUnansweredTest, AFullBacklogRunsIntoTheDeadline) {
  job.transfer_deadline_s = 0.05;
  add_fixture("f", "content");
  const protocol::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::vector<protocol::UniqueFd> fillers;
  for (int i = 0; i < 8; ++i) {
    fillers.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(fillers.back().get(), reinterpret_cast<sockaddr*>(&address), size);
  }
  const auto records = run(block_to(ntohs(address.sin_port)));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::connect_failed);
  EXPECT_THAT(records[0].detail, HasSubstr("did not answer the connection attempt within 0.05 s"));
}

TEST_F(WorkerUnansweredTest, AHostThatDoesNotExistIsOurFault) {
  add_fixture("f", "content");
  auto block = block_to(1);
  block.host = "no such host";
  const auto records = run(block);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::local);
  EXPECT_THAT(records[0].detail, HasSubstr("cannot resolve no such host"));
}

}  // namespace
}  // namespace bftp::client::worker::testing
