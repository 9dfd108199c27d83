#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::TransferError;
using protocol::Verify;
using ::testing::HasSubstr;

/// Verification by hash or by bytes must come to the same findings.
class WorkerGetBothTest : public WorkerTest, public ::testing::WithParamInterface<Verify> {
 protected:
  WorkerGetBothTest() { job.verify = GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Verify, WorkerGetBothTest, ::testing::Values(Verify::sha256, Verify::bytes),
                         [](const auto& instance) {
                           return std::string(protocol::to_string(instance.param));
                         });

TEST_P(WorkerGetBothTest, IdenticalCopiesAreRecordedWithHashAndTimes) {
  const std::string content = noise(300'000);
  add_fixture("a file with spaces.bin", content);
  FakeServer server(serves(content));
  auto block = block_to(server.port(), protocol::Op::get, 5);
  block.first_iteration = 7;
  const auto records = run(block);
  ASSERT_EQ(records.size(), 5u);
  std::int64_t last_start = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& record = records[i];
    EXPECT_EQ(record.iteration, 7 + i);
    EXPECT_EQ(record.error, TransferError::none) << record.detail;
    EXPECT_EQ(record.detail, "");
    EXPECT_EQ(record.bytes, content.size());
    EXPECT_EQ(record.identical, true);
    EXPECT_EQ(record.sha256, protocol::sha256(content));
    EXPECT_EQ(record.first_difference, std::nullopt);
    ASSERT_TRUE(record.connect_ns && record.first_byte_ns && record.transfer_ns);
    EXPECT_GT(*record.connect_ns, 0);
    EXPECT_GE(*record.first_byte_ns, *record.connect_ns);
    EXPECT_GE(*record.transfer_ns, *record.first_byte_ns);
    EXPECT_GT(record.start_ns, last_start);
    last_start = record.start_ns;
  }
  EXPECT_EQ(server.connections(), 5);
}

TEST_P(WorkerGetBothTest, ALastingConnectionIsOpenedOnce) {
  job.lasting_connection = true;
  const std::string content = noise(70'000);
  add_fixture("f", content);
  FakeServer server(serves(content));
  const auto records = run(block_to(server.port(), protocol::Op::get, 4));
  const auto more = run(block_to(server.port(), protocol::Op::get, 1));
  ASSERT_EQ(records.size(), 4u);
  ASSERT_EQ(more.size(), 1u);
  EXPECT_TRUE(records[0].connect_ns.has_value());
  for (std::size_t i = 1; i < 4; ++i) EXPECT_FALSE(records[i].connect_ns.has_value());
  EXPECT_FALSE(more[0].connect_ns.has_value());
  for (const auto& record : records) EXPECT_EQ(record.identical, true);
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(WorkerGetBothTest, ALastingConnectionThatTheServerClosedIsOpenedAnew) {
  job.lasting_connection = true;
  add_fixture("f", "content");
  FakeServer server([](Peer& peer) {
    if (peer.receive_message()) peer.send_file("content");
  });
  for (int i = 0; i < 3; ++i) {
    const auto records = run(block_to(server.port()));
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].identical, true) << records[0].detail;
    // The close may still be on its way when the next block looks for it; wait for it as a slow harness
    // would.
    while (server.connections() == i) std::this_thread::yield();
    worker.reset();
  }
}

TEST_P(WorkerGetBothTest, AnEmptyFileIsAFile) {
  add_fixture("empty", "");
  const auto record = get_from(serves(""));
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_EQ(record.bytes, 0u);
  EXPECT_EQ(record.sha256, protocol::sha256(""));
  EXPECT_TRUE(record.transfer_ns.has_value());
}

TEST_P(WorkerGetBothTest, SegmentBordersMeanNothing) {
  add_fixture("f", "twenty bytes of text");
  const auto record = get_from([](Peer& peer) {
    peer.receive_message();
    peer.trickle("0000000aOK 20      ", 1);
  });
  // "OK 20      " is no size: the trickled reply is judged only when it is whole.
  EXPECT_EQ(record.error, TransferError::malformed_reply);
  worker.reset();
  const auto good = get_from([](Peer& peer) {
    peer.receive_message();
    peer.trickle("00000005OK 20twenty bytes of text", 1);
    peer.wait_for_close();
  });
  EXPECT_EQ(good.error, TransferError::none) << good.detail;
  EXPECT_EQ(good.identical, true);
}

TEST_P(WorkerGetBothTest, OneWrongByteIsFoundAndShown) {
  const std::string content = noise(600'000);
  std::string wrong = content;
  wrong[500'000] = static_cast<char>(wrong[500'000] ^ 0x20);
  add_fixture("f", content);
  const auto record = get_from(serves(wrong));
  EXPECT_EQ(record.error, TransferError::none);
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 500'000u);
  EXPECT_EQ(record.sha256, protocol::sha256(wrong));
  EXPECT_THAT(record.detail, HasSubstr("byte 500000"));
  ASSERT_EQ(record.evidence, "c0-b0-i0-get-f0.txt");
  const auto evidence = folder() / "evidence";
  EXPECT_EQ(read_file(evidence / "c0-b0-i0-get-f0.expected.bin"), content.substr(500'000 - 2048, 4096));
  EXPECT_EQ(read_file(evidence / "c0-b0-i0-get-f0.received.bin"), wrong.substr(500'000 - 2048, 4096));
  const std::string text = read_file(evidence / record.evidence);
  EXPECT_THAT(text, HasSubstr("first difference  byte 500000 "));
  EXPECT_THAT(text, HasSubstr(protocol::to_hex(protocol::sha256(content))));
  EXPECT_THAT(text, HasSubstr(protocol::to_hex(protocol::sha256(wrong))));
}

TEST_P(WorkerGetBothTest, ACopyLargerThanTheArenaIsCheckedInWindows) {
  job.arena_bytes = 1;
  const std::string content = noise(3'500'000);
  add_fixture("big", content);
  FakeServer server(serves(content));
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 3))) {
    EXPECT_EQ(record.error, TransferError::none) << record.detail;
    EXPECT_EQ(record.identical, true);
    EXPECT_EQ(record.sha256, protocol::sha256(content));
    EXPECT_EQ(record.bytes, content.size());
  }
}

TEST_P(WorkerGetBothTest, AWrongByteOnAWindowsBorderIsFoundAndShown) {
  job.arena_bytes = 0;
  const std::string content = noise(3'500'000);
  add_fixture("big", content);
  constexpr std::size_t window = Worker::arena_extra_bytes;
  constexpr std::size_t reply = 8 + 10;  // "OK 3500000"
  for (const std::size_t at : {window - reply - 1, window - reply, 2 * window - reply, content.size() - 1}) {
    std::string wrong = content;
    wrong[at] = static_cast<char>(~wrong[at]);
    worker.reset();
    const auto record = get_from(serves(wrong));
    EXPECT_EQ(record.identical, false) << at;
    EXPECT_EQ(record.first_difference, at);
    EXPECT_EQ(record.sha256, protocol::sha256(wrong)) << at;
    const auto base = folder() / "evidence" / "c0-b0-i0-get-f0";
    EXPECT_EQ(read_file(base.string() + ".expected.bin"), content.substr(at - 2048, 4096));
    EXPECT_EQ(read_file(base.string() + ".received.bin"), wrong.substr(at - 2048, 4096));
  }
}

TEST_P(WorkerGetBothTest, AShorterCopyIsReceivedAndHashed) {
  const std::string content = noise(10'000);
  add_fixture("f", content);
  const auto record = get_from(serves(content.substr(0, 9'999)));
  EXPECT_EQ(record.error, TransferError::wrong_size);
  EXPECT_EQ(record.detail, "the server announced 9999 bytes, the fixture has 10000");
  EXPECT_EQ(record.bytes, 9'999u);
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 9'999u);
  EXPECT_EQ(record.sha256, protocol::sha256(content.substr(0, 9'999)));
}

TEST_P(WorkerGetBothTest, ALongerCopyIsReceivedAndHashed) {
  const std::string content = noise(10'000);
  add_fixture("f", content);
  const auto record = get_from(serves(content + "!"));
  EXPECT_EQ(record.error, TransferError::wrong_size);
  EXPECT_EQ(record.bytes, 10'001u);
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 10'000u);
  EXPECT_EQ(record.sha256, protocol::sha256(content + "!"));
}

TEST_P(WorkerGetBothTest, AnEndlessCopyIsNotReadForEver) {
  add_fixture("f", "small");
  const auto record = get_from([](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK 9223372036854775807");
    const std::string chunk(1u << 20, 'x');
    while (peer.send(chunk)) {
    }
  });
  EXPECT_EQ(record.error, TransferError::wrong_size);
  EXPECT_THAT(record.detail,
              HasSubstr("announced 9223372036854775807 bytes, the fixture has 5; reading stopped after "));
  EXPECT_GT(record.bytes, 5u);
  EXPECT_LT(record.bytes, 66u << 20);
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_EQ(record.transfer_ns, std::nullopt);
}

/// Each byte comes long before anybody would call it silence.
TEST_P(WorkerGetBothTest, AnEndlessTrickleIsNotReadForEver) {
  add_fixture("f", "small");
  bool client_left = false;
  const auto record = get_from([&](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK 9223372036854775807");
    client_left = peer.trickle(std::string(1'000, 'x'), 10);
  });
  EXPECT_TRUE(client_left) << "before the trickle ended";
  EXPECT_EQ(record.error, TransferError::wrong_size);
  EXPECT_THAT(record.detail, HasSubstr("reading stopped after "));
  EXPECT_EQ(record.transfer_ns, std::nullopt);
}

TEST_P(WorkerGetBothTest, BytesBehindTheCopyAreTooMany) {
  const std::string content = noise(5'000);
  add_fixture("f", content);
  const auto record = get_from([&](Peer& peer) {
    peer.receive_message();
    peer.send("00000007OK 5000" + content + "xyz");
    peer.wait_for_close();
  });
  EXPECT_EQ(record.error, TransferError::too_long);
  EXPECT_THAT(record.detail, HasSubstr("3 bytes came after the 5000 announced"));
  EXPECT_EQ(record.bytes, 5'000u);
  EXPECT_EQ(record.identical, true);
}

TEST_P(WorkerGetBothTest, AnEarlyCloseTellsHowFarItCame) {
  const std::string content = noise(100'000);
  add_fixture("f", content);
  const auto record = get_from([&](Peer& peer) {
    peer.receive_message();
    peer.send("00000009OK 100000" + content.substr(0, 60'000));
  });
  EXPECT_EQ(record.error, TransferError::closed_early);
  EXPECT_EQ(record.detail, "the server closed the connection after 60000 of 100000 bytes");
  EXPECT_EQ(record.bytes, 60'000u);
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_EQ(record.sha256, std::nullopt);
  EXPECT_EQ(record.first_difference, std::nullopt);
  EXPECT_EQ(record.transfer_ns, std::nullopt);
  EXPECT_TRUE(record.first_byte_ns.has_value());
}

TEST_P(WorkerGetBothTest, AWrongByteInABrokenCopyIsFoundToo) {
  const std::string content = noise(100'000);
  add_fixture("f", content);
  const auto record = get_from([&](Peer& peer) {
    peer.receive_message();
    peer.send("00000009OK 100000" + content.substr(0, 30'000) + std::string(1'000, '?'));
  });
  EXPECT_EQ(record.error, TransferError::closed_early);
  ASSERT_TRUE(record.first_difference.has_value());
  EXPECT_GE(*record.first_difference, 30'000u);
  EXPECT_LT(*record.first_difference, 30'010u);
  EXPECT_EQ(record.sha256, std::nullopt);
}

TEST_P(WorkerGetBothTest, AResetIsNotAClose) {
  const std::string content = noise(100'000);
  add_fixture("f", content);
  const auto record = get_from([&](Peer& peer) {
    peer.receive_message();
    peer.send("00000009OK 100000");
    peer.reset();
  });
  EXPECT_EQ(record.error, TransferError::reset);
  EXPECT_THAT(record.detail, HasSubstr("the server reset the connection"));
  EXPECT_EQ(record.identical, std::nullopt);
}

TEST_P(WorkerGetBothTest, ALocalCopyThatIsNotTheFixtureIsOurFault) {
  add_fixture("f", "the right text");
  write_file(job.fixtures[0].local_path, "the wrong text");
  const auto record = get_from(serves("the wrong text"));
  EXPECT_EQ(record.error, TransferError::local);
  EXPECT_THAT(record.detail, HasSubstr("local copy"));
  EXPECT_EQ(record.identical, std::nullopt);
}

class WorkerGetTest : public WorkerTest {};

TEST_F(WorkerGetTest, NothingIsCheckedWhenNothingIsAsked) {
  job.verify = Verify::none;
  add_fixture("f", noise(500'000));
  const auto record = get_from(serves(std::string(500'000, 'x')));
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.bytes, 500'000u);
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_EQ(record.sha256, std::nullopt);
}

TEST_F(WorkerGetTest, WithoutALocalCopyTheHashAloneDecides) {
  add_fixture("f", "the right text");
  job.fixtures[0].local_path = (folder() / "none").string();
  EXPECT_EQ(get_from(serves("the right text")).identical, true);
  const auto record = get_from(serves("the wrong text"));
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.error, TransferError::none);
  EXPECT_EQ(record.first_difference, std::nullopt);
  EXPECT_EQ(record.detail, "the copy's SHA-256 is not the fixture's");
}

TEST_F(WorkerGetTest, ByBytesALocalCopyIsNeeded) {
  job.verify = Verify::bytes;
  add_fixture("f", "text");
  job.fixtures[0].local_path = (folder() / "none").string();
  const auto record = get_from(serves("text"));
  EXPECT_EQ(record.error, TransferError::local);
  EXPECT_THAT(record.detail, HasSubstr("cannot open the local copy"));
}

TEST_F(WorkerGetTest, MoreCopiesThanTheArenaHoldsAreAllVerified) {
  const std::string small = "x";
  const std::string large = noise(700'000);
  add_fixture("small", small);
  add_fixture("large", large);
  FakeServer server([&](Peer& peer) {
    while (const auto request = peer.receive_message())
      peer.send_file(*request == "GET small" ? small : large);
  });
  auto block = block_to(server.port(), protocol::Op::get, 20);
  block.fixtures = {0, 1, 0};
  const auto records = run(block);
  ASSERT_EQ(records.size(), 60u);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].iteration, i / 3);
    EXPECT_EQ(records[i].fixture, i % 3 == 1 ? 1u : 0u);
    EXPECT_EQ(records[i].identical, true) << i << records[i].detail;
  }
}

TEST_F(WorkerGetTest, ABlockOfMoreTransfersThanRecordsAreKeptIsDeliveredWhole) {
  job.lasting_connection = true;
  add_fixture("f", "x");
  FakeServer server(serves("x"));
  const auto iterations = static_cast<std::uint32_t>(Worker::records_max) + 10;
  const auto records = run(block_to(server.port(), protocol::Op::get, iterations));
  ASSERT_EQ(records.size(), iterations);
  for (std::uint32_t i = 0; i < iterations; ++i) {
    ASSERT_EQ(records[i].iteration, i);
    ASSERT_EQ(records[i].identical, true) << i << ": " << records[i].detail;
  }
}

TEST_F(WorkerGetTest, OnlySoMuchEvidenceIsSaved) {
  job.evidence_max = 2;
  add_fixture("f", "right");
  FakeServer server(serves("wrong"));
  const auto records = run(block_to(server.port(), protocol::Op::get, 4));
  ASSERT_EQ(records.size(), 4u);
  EXPECT_NE(records[1].evidence, "");
  EXPECT_EQ(records[2].evidence, "");
  EXPECT_EQ(records[3].identical, false);
  const auto files = std::distance(std::filesystem::directory_iterator(folder() / "evidence"), {});
  EXPECT_EQ(files, 6);
}

TEST_F(WorkerGetTest, AfterAnErrorALastingConnectionIsOpenedAnew) {
  job.lasting_connection = true;
  add_fixture("f", "content");
  int asked = 0;
  FakeServer server([&](Peer& peer) {
    while (peer.receive_message()) {
      if (++asked == 2) {
        peer.send_message("ERR 404 gone");
      } else {
        peer.send_file("content");
      }
    }
  });
  const auto records = run(block_to(server.port(), protocol::Op::get, 3));
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].identical, true);
  EXPECT_EQ(records[1].error, TransferError::refused);
  EXPECT_EQ(records[2].identical, true);
  EXPECT_TRUE(records[2].connect_ns.has_value());
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(WorkerGetTest, AnOpenLoopCountsFromTheIntendedStart) {
  add_fixture("f", "content");
  int asked = 0;
  FakeServer server([&](Peer& peer) {
    peer.receive_message();
    if (++asked == 1) {
      pollfd silence{-1, 0, 0};
      ::poll(&silence, 1, 60);  // a stall of the server, three intervals long
    }
    peer.send_file("content");
    peer.wait_for_close();
  });
  auto block = block_to(server.port(), protocol::Op::get, 3);
  block.start_interval_s = 0.02;
  const auto records = run(block);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].start_ns - records[0].start_ns, 20'000'000);
  EXPECT_EQ(records[2].start_ns - records[1].start_ns, 20'000'000);
  // The second was due while the server slept: its time holds what was left of the stall.
  ASSERT_TRUE(records[1].transfer_ns && records[2].transfer_ns);
  EXPECT_GE(*records[1].transfer_ns, 40'000'000);
  EXPECT_GE(*records[2].transfer_ns, 20'000'000);
}

TEST_F(WorkerGetTest, TwoServersInTurnKeepTheirLastingConnections) {
  job.lasting_connection = true;
  add_fixture("f", "content");
  FakeServer one(serves("content"));
  FakeServer two(serves("content"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run(block_to(one.port()))[0].identical, true);
    EXPECT_EQ(run(block_to(two.port()))[0].identical, true);
  }
  EXPECT_EQ(one.connections(), 1);
  EXPECT_EQ(two.connections(), 1);
}

TEST_F(WorkerGetTest, ASinkThatGivesUpEndsTheBlock) {
  add_fixture("f", "x");
  FakeServer server(serves("x"));
  auto prepared = Worker::prepare(job);
  ASSERT_TRUE(prepared.has_value());
  const auto ran =
      (*prepared)->run(block_to(server.port()), [](const protocol::WorkerRecord&) { return false; });
  ASSERT_FALSE(ran.has_value());
  EXPECT_EQ(ran.error().kind, protocol::ErrorKind::closed);
}

TEST_F(WorkerGetTest, JobsAndBlocksThatMakeNoSenseAreRefused) {
  const auto message_of = [&](auto change) {
    auto changed = job;
    change(changed);
    const auto prepared = Worker::prepare(changed);
    return prepared ? std::string("accepted") : prepared.error().message;
  };
  EXPECT_EQ(message_of([](auto& j) { j.dialect = "gopher"; }),
            "unknown dialect \"gopher\"; known are: bftp, fixed, ftp, http, http1.1, https, line, nul, raw, "
            "sized, stream");
  EXPECT_THAT(message_of([](auto& j) { j.transfer_deadline_s = 0; }), HasSubstr("transfer_deadline_s is 0"));
  EXPECT_THAT(message_of([](auto& j) { j.transfer_deadline_s = 1e300; }), HasSubstr("at most"));

  add_fixture("f", "x");
  const auto refusal_of = [&](const char* dialect, auto change) {
    job.dialect = dialect;
    auto block = block_to(1);
    change(block);
    const auto ran = Worker::prepare(job).value()->run(block, [](const auto&) { return true; });
    return ran ? std::string("accepted") : ran.error().message;
  };
  EXPECT_EQ(refusal_of("bftp", [](auto& b) { b.fixtures = {1}; }), "block 0 names fixture 1, the job has 1");
  EXPECT_EQ(refusal_of("http", [](auto& b) { b.op = protocol::Op::put; }),
            "block 0 asks for put, which the dialect http does not have");
  EXPECT_THAT(refusal_of("bftp", [](auto& b) { b.start_interval_s = -1; }), HasSubstr("start_interval_s"));
  EXPECT_THAT(refusal_of("bftp", [](auto& b) { b.hold_s = -1; }), HasSubstr("hold_s"));
  EXPECT_THAT(refusal_of("bftp", [](auto& b) { b.first_iteration = 0xffffffff; }), HasSubstr("2^32"));
}

}  // namespace
}  // namespace bftp::client::worker::testing
