// Clauses 7.1 to 7.6: what is sent, how a file ends, what a refusal is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::TransferError;
using ::testing::HasSubstr;

/// One of the four dialects whose close ends the file.
struct Closing {
  const char* name;
  std::string request;  ///< for the file "f"
};

class WorkerClosingTest : public WorkerTest, public ::testing::WithParamInterface<Closing> {
 protected:
  WorkerClosingTest() { job.dialect = GetParam().name; }

  /// Takes the request, sends `answer`, closes.
  FakeServer::Script sends(std::string answer) {
    return [this, answer = std::move(answer)](Peer& peer) {
      asked = peer.receive(GetParam().request.size());
      peer.send(answer);
    };
  }
  std::optional<std::string> asked;
};

INSTANTIATE_TEST_SUITE_P(Dialects, WorkerClosingTest,
                         ::testing::Values(Closing{"nul", std::string("f\0", 2)}, Closing{"raw", "f"},
                                           Closing{"line", "f\n"},
                                           Closing{"fixed", "f" + std::string(39, ' ')}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST_P(WorkerClosingTest, AsksByTheNameAndReadsToTheClose) {
  const std::string content = noise(600'000);
  add_fixture("f", content);
  const auto record = get_from(sends(content));
  EXPECT_EQ(asked, GetParam().request);
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_EQ(record.bytes, content.size());
  EXPECT_TRUE(record.transfer_ns.has_value());
}

TEST_P(WorkerClosingTest, EachFileHasAConnectionOfItsOwn) {
  add_fixture("f", "content");
  FakeServer server(sends("content"));
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 3)))
    EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(server.connections(), 3);
}

/// A control arm that does not speak what the server under test does.
TEST_P(WorkerClosingTest, ABlockMayBeInAnotherDialectThanTheJob) {
  const std::string content = noise(70'000);
  add_fixture("f", content);
  FakeServer server(sends(content)), other(serves(content));
  auto block = block_to(other.port(), protocol::Op::get, 2);
  block.dialect = "bftp";
  for (int i = 0; i < 2; ++i) {
    for (const auto& record : run(block)) EXPECT_EQ(record.identical, true) << record.detail;
    for (const auto& record : run(block_to(server.port())))
      EXPECT_EQ(record.identical, true) << record.detail;
    EXPECT_EQ(asked, GetParam().request);
  }
  EXPECT_EQ(other.connections(), 4);
}

TEST_P(WorkerClosingTest, ABlockInADialectThatItCannotSpeakIsRefused) {
  add_fixture("f", "content");
  worker = *Worker::prepare(job);
  auto block = block_to(1);
  for (const auto& [dialect, why] :
       {std::pair("gopher", "unknown dialect \"gopher\""), std::pair("https", "encrypted dialect https")}) {
    block.dialect = dialect;
    const auto ran = worker->run(block, [](const auto&) { return true; });
    ASSERT_FALSE(ran.has_value()) << dialect;
    EXPECT_THAT(ran.error().message, HasSubstr(why));
  }
}

TEST_P(WorkerClosingTest, ACopyThatIsCutShortFails) {
  add_fixture("f", "content");
  const auto record = get_from(sends("conte"));
  EXPECT_EQ(record.error, TransferError::closed_early);
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 5u);
  EXPECT_EQ(record.detail, "the server closed the connection after 5 of 7 bytes");
}

TEST_P(WorkerClosingTest, AResetIsNoEndOfFile) {
  const std::string content = noise(50'000);
  add_fixture("f", content);
  const auto record = get_from([&](Peer& peer) {
    peer.receive(1);
    peer.send(content.substr(0, 20'000));
    peer.reset();
  });
  EXPECT_EQ(record.error, TransferError::reset);
  EXPECT_NE(record.identical, true);
}

TEST_P(WorkerClosingTest, AResetBehindTheWholeCopyIsStillAReset) {
  add_fixture("f", "content");
  const auto record = get_from([](Peer& peer) {
    peer.receive(1);
    peer.send("content");
    peer.reset();
  });
  EXPECT_EQ(record.error, TransferError::reset);
}

TEST_P(WorkerClosingTest, BytesBeyondTheFixtureAreTooLong) {
  add_fixture("f", "content");
  const auto record = get_from(sends("content and more"));
  EXPECT_EQ(record.error, TransferError::too_long);
  EXPECT_EQ(record.identical, false);
}

TEST_P(WorkerClosingTest, AnEmptyFileIsServedByTheCloseAlone) {
  add_fixture("f", "");
  const auto record = get_from(sends(""));
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
}

TEST_P(WorkerClosingTest, ACloseInPlaceOfAFileIsARefusal) {
  add_fixture("f", "content");
  const auto record = get_from(sends(""));
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_THAT(record.detail, HasSubstr("closed without a byte"));
  EXPECT_EQ(record.identical, std::nullopt);
}

TEST_P(WorkerClosingTest, AnotherDialectIsGuessedFromTheBytes) {
  add_fixture("f", noise(5'000));
  const auto record = get_from(sends("0000001cERR 400 malformed header, bye"));
  EXPECT_EQ(record.error, TransferError::closed_early);
  EXPECT_THAT(record.detail, HasSubstr("--dialect bftp"));
}

TEST_P(WorkerClosingTest, ServesFilesLargerThanItsMemory) {
  const std::string content = noise(3'000'000);
  add_fixture("f", content);
  for (const auto verify : {protocol::Verify::sha256, protocol::Verify::bytes, protocol::Verify::none}) {
    job.verify = verify;
    worker.reset();
    const auto record = get_from(sends(content));
    EXPECT_EQ(record.error, TransferError::none) << record.detail;
    EXPECT_EQ(record.bytes, content.size());
    if (verify != protocol::Verify::none) {
      EXPECT_EQ(record.identical, true);
    }
  }
}

class WorkerNameTest : public WorkerTest {
 protected:
  protocol::WorkerRecord asked_for(const char* dialect, const std::string& name) {
    job.dialect = dialect;
    job.fixtures.clear();
    worker.reset();
    add_fixture(name, "content");
    // What was asked is read first: a close with unread bytes is a reset.
    return get_from([](Peer& peer) {
      peer.receive(40);
      peer.send("content");
    });
  }
};

TEST_F(WorkerNameTest, ThatTheDialectCannotAskForIsNoFaultOfTheServer) {
  EXPECT_EQ(asked_for("fixed", std::string(40, 'n')).error, TransferError::none);
  EXPECT_EQ(asked_for("fixed", std::string(41, 'n')).error, TransferError::local);
  EXPECT_EQ(asked_for("raw", std::string(256, 'n')).error, TransferError::local);
  EXPECT_EQ(asked_for("line", "a\nb").error, TransferError::local);
  EXPECT_THAT(asked_for("fixed", std::string(41, 'n')).detail, HasSubstr("41 bytes"));
}

class WorkerSizedTest : public WorkerTest {
 protected:
  WorkerSizedTest() { job.dialect = "sized"; }
};

TEST_F(WorkerSizedTest, BothSidesSendAMessage) {
  const std::string content = noise(300'000);
  add_fixture("a b", content);
  const auto record = get_from([&](Peer& peer) {
    EXPECT_EQ(peer.receive_message(), "a b");
    peer.send_message(content);
    peer.wait_for_close();  // the length ends the file, not the close
  });
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
}

TEST_F(WorkerSizedTest, EndsAreTold) {
  add_fixture("f", "content");
  const auto says = [](std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
      peer.receive_message();
      peer.send(answer);
    };
  };
  EXPECT_EQ(get_from(says("")).error, TransferError::refused);
  EXPECT_EQ(get_from(says("0000")).error, TransferError::closed_early);
  EXPECT_EQ(get_from(says("00000007conte")).error, TransferError::closed_early);
  EXPECT_EQ(get_from(says("00000005conte")).error, TransferError::wrong_size);
  EXPECT_EQ(get_from(says("00000007content!")).error, TransferError::too_long);
  const auto http = get_from(says("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_EQ(http.error, TransferError::malformed_reply);
  EXPECT_THAT(http.detail, HasSubstr("--dialect http"));
}

TEST_F(WorkerSizedTest, AnEmptyFileIsNoRefusal) {
  add_fixture("f", "");
  const auto record = get_from([](Peer& peer) {
    peer.receive_message();
    peer.send("00000000");
  });
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
}

class WorkerStreamTest : public WorkerTest {
 protected:
  WorkerStreamTest() { job.dialect = "stream"; }

  static FakeServer::Script serves_all(const std::string& content) {
    return [&content](Peer& peer) {
      while (peer.receive_message()) {
        peer.send_message(std::to_string(content.size()));
        if (!peer.send(content)) return;
      }
    };
  }
};

TEST_F(WorkerStreamTest, OneConnectionServesAnyNumberOfFiles) {
  job.lasting_connection = true;
  const std::string content = noise(70'000);
  add_fixture("f", content);
  FakeServer server(serves_all(content));
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 5)))
    EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(WorkerStreamTest, OrOneForEach) {
  const std::string content = "content";
  add_fixture("f", content);
  FakeServer server(serves_all(content));
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 3)))
    EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(WorkerStreamTest, ARefusalKeepsTheServersWords) {
  add_fixture("f", "content");
  const auto record = get_from([](Peer& peer) {
    peer.receive_message();
    peer.send_message("ERR 404 no \x1b[31m such");
  });
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_EQ(record.detail, "the server answered ERR 404 no \\x1b[31m such");
}

TEST_F(WorkerStreamTest, WhatIsNoSizeIsMalformed) {
  add_fixture("f", "content");
  for (const char* payload : {"07", "-7", "7 ", "seven", ""}) {
    const auto record = get_from([&](Peer& peer) {
      peer.receive_message();
      peer.send_message(payload);
    });
    EXPECT_EQ(record.error, TransferError::malformed_reply) << payload;
  }
  const auto bftp = get_from([](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK 7");
  });
  EXPECT_THAT(bftp.detail, HasSubstr("--dialect bftp"));
}

}  // namespace
}  // namespace bftp::client::worker::testing
