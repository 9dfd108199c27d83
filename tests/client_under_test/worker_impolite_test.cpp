#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "client_under_test/worker/exchange.hpp"
#include "protocol/conversation.hpp"
#include "protocol/dialects.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

/// Clients that make no transfer: refused requests, transfers that are broken off, half-open connections.
namespace bftp::client::worker::testing {
namespace {

using protocol::Op;
using protocol::TransferError;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class WorkerImpoliteTest : public WorkerTest {
 protected:
  protocol::WorkerRecord visit(Op op, FakeServer::Script script, double hold_s = 0) {
    FakeServer server(std::move(script));
    auto block = block_to(server.port(), op);
    block.hold_s = hold_s;
    const auto records = run(block);
    EXPECT_EQ(records.size(), 1u);
    return records.empty() ? protocol::WorkerRecord() : records.front();
  }
};

TEST_F(WorkerImpoliteTest, AsksForMissingNamesUnknownVerbsAndFoldersInTurn) {
  add_fixture("f", "content");
  std::vector<std::string> heard;
  {
    FakeServer server([&](Peer& peer) {
      const std::string header = peer.receive(8).value_or("");
      const auto size = protocol::decode_header(header);
      heard.push_back(size ? peer.receive(*size).value_or("") : header);
      peer.send_message("ERR 404 no");
    });
    const auto records = run(block_to(server.port(), Op::refused, 10));
    ASSERT_EQ(records.size(), 10u);
    for (const auto& record : records) EXPECT_EQ(record.error, TransferError::none) << record.detail;
  }
  EXPECT_THAT(heard, ElementsAre("GET no-such-file-c0-0", "FETCH nothing", "GET no-such-file-c0-2", "GET /",
                                 "GET no-such-file-c0-4", "GET .", "GET no-such-file-c0-6", "zzzzzzzz",
                                 "GET no-such-file-c0-8", "FETCH nothing"))
      << "the one in z is a header that is none";
}

TEST_F(WorkerImpoliteTest, AYesToWhatMustBeRefusedIsNoted) {
  add_fixture("f", "content");
  const auto record = visit(Op::refused, [](Peer& peer) {
    peer.receive_message();
    peer.send_file("content");
  });
  EXPECT_EQ(record.error, TransferError::malformed_reply);
  EXPECT_THAT(record.detail, HasSubstr("said yes"));
}

TEST_F(WorkerImpoliteTest, ClosingWithoutAWordIsARefusal) {
  add_fixture("f", "content");
  const auto record = visit(Op::refused, [](Peer& peer) { peer.receive_message(); });
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
}

TEST_F(WorkerImpoliteTest, HalfAnAnswerIsNone) {
  add_fixture("f", "content");
  const auto record = visit(Op::refused, [](Peer& peer) {
    peer.receive_message();
    peer.send("000000");
  });
  EXPECT_EQ(record.error, TransferError::closed_early);
}

TEST_F(WorkerImpoliteTest, AsksForOtherVerbsInTurnAndTakesWhatFollows) {
  add_fixture("f", "content");
  std::vector<std::string> heard;
  {
    FakeServer server([&](Peer& peer) {
      const std::string request = peer.receive_message().value_or("");
      heard.push_back(request);
      if (request.starts_with("LIST"))
        peer.send_file("7 f\n");
      else if (request.starts_with("RANGE"))
        peer.send_file("content");
      else if (request.starts_with("SIZE"))
        peer.send_message("OK 7");
      else
        peer.send_message("ERR 405 no such verb");
    });
    const auto records = run(block_to(server.port(), Op::other_verb, 6));
    ASSERT_EQ(records.size(), 6u);
    for (const auto& record : records) EXPECT_EQ(record.error, TransferError::none) << record.detail;
  }
  EXPECT_THAT(heard, ElementsAre("LIST /", "SIZE f", "RANGE 0 1024 f", "HASH f", "CD /", "LIST /"));
}

TEST_F(WorkerImpoliteTest, AListingThatIsCutShortIsNoAnswer) {
  add_fixture("f", "content");
  const auto record = visit(Op::other_verb, [](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK 4000");
    peer.send("7 f\n");
  });
  EXPECT_EQ(record.error, TransferError::closed_early);
}

TEST_F(WorkerImpoliteTest, ADialectOfWholeFilesAloneHasNoOtherVerb) {
  add_fixture("f", "content");
  for (const protocol::DialectFacts& facts : protocol::dialects()) {
    const Dialect* dialect = find_dialect(facts.name);
    ASSERT_NE(dialect, nullptr) << facts.name;
    EXPECT_EQ(facts.other_verbs, !dialect->ask_others({"f", "h", false}).empty()) << facts.name;
  }
}

TEST_F(WorkerImpoliteTest, LeavesInTheMiddleOfAGet) {
  const std::string content = noise(8u << 20);  // more than both sides' buffers hold
  add_fixture("f", content);
  std::atomic<bool> sent_all = true;
  const auto record = visit(Op::abort_get, [&](Peer& peer) {
    peer.receive_message();
    sent_all = peer.send_file(content);
  });
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_LE(record.bytes, 1024u);
  EXPECT_EQ(record.identical, std::nullopt);
  EXPECT_FALSE(sent_all);
}

TEST_F(WorkerImpoliteTest, LeavesNowAndThenBeforeItHasAsked) {
  add_fixture("f", "content");
  std::vector<std::size_t> heard;  ///< bytes of a request
  std::atomic<int> served = 0;
  {
    FakeServer server([&](Peer& peer) {
      std::string bytes;
      while (bytes.size() < 13) {
        const auto byte = peer.receive(1);
        if (!byte) break;
        bytes += *byte;
      }
      heard.push_back(bytes.size());
      ++served;
      if (bytes.size() == 13) peer.send_message("OK 7");
    });
    for (const auto& record : run(block_to(server.port(), Op::abort_get, 6)))
      EXPECT_EQ(record.error, TransferError::none) << record.detail;
    // Who leaves without a word does not wait for the server.
    for (int looks = 0; served < 6 && looks < 3'000; ++looks)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_THAT(heard, ElementsAre(13, 13, 13, 13, 0, 6)) << "of \"00000005GET f\"";
}

TEST_F(WorkerImpoliteTest, LeavesInTheMiddleOfAPut) {
  const std::string content = noise(100'000);
  add_fixture("f", content);
  std::string request;
  std::optional<std::string> half, whole;
  const auto record = visit(Op::abort_put, [&](Peer& peer) {
    request = peer.receive_message().value_or("");
    peer.send_message("OK");
    half = peer.receive(content.size() / 2);
    whole = peer.receive(content.size() - content.size() / 2);
  });
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.bytes, content.size() / 2);
  EXPECT_THAT(request, StartsWith("PUT "));
  EXPECT_THAT(request, HasSubstr("put-c0-0-f"));
  EXPECT_EQ(half, content.substr(0, content.size() / 2));
  EXPECT_EQ(whole, std::nullopt) << "the rest never comes";
}

TEST_F(WorkerImpoliteTest, LeavesEverySecondPutByReset) {
  add_fixture("f", noise(1'000));
  std::vector<int> ends;  ///< what recv() made of it: 0, or the error
  {
    FakeServer server([&](Peer& peer) {
      peer.receive_message();
      peer.send_message("OK");
      peer.receive(500);
      char more = 0;
      ends.push_back(::recv(peer.fd(), &more, 1, 0) < 0 ? errno : 0);
    });
    for (const auto& record : run(block_to(server.port(), Op::abort_put, 4)))
      EXPECT_EQ(record.error, TransferError::none) << record.detail;
  }
  EXPECT_EQ(ends, (std::vector<int>{0, ECONNRESET, 0, ECONNRESET}));
}

TEST_F(WorkerImpoliteTest, ARefusedAbortIsNoAbort) {
  add_fixture("f", "content");
  const auto refuse = [](Peer& peer) {
    peer.receive_message();
    peer.send_message("ERR 503 busy");
  };
  EXPECT_EQ(visit(Op::abort_get, refuse).error, TransferError::refused);
  EXPECT_EQ(visit(Op::abort_put, refuse).error, TransferError::refused);
}

TEST_F(WorkerImpoliteTest, HoldsASilentConnectionAndOneWithHalfARequest) {
  add_fixture("f", "content");
  std::atomic<int> bytes = 0;
  FakeServer server([&](Peer& peer) {
    if (peer.receive(1)) ++bytes;
  });
  auto block = block_to(server.port(), Op::half_open);
  block.hold_s = 0.05;
  const auto records = run(block);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records.front().error, TransferError::none) << records.front().detail;
  EXPECT_LE(bytes, 3) << "of half a request, of its first bytes, and of the deaf one's";
}

TEST_F(WorkerImpoliteTest, HoldsAConnectionWithAPartOfAHeader) {
  add_fixture("f", "content");
  std::vector<protocol::UniqueFd> held;
  std::mutex mutex;
  std::set<std::size_t> begun;
  FakeServer server([&](Peer& peer) {
    held.emplace_back(::dup(peer.fd()));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // so that what was sent is there
    std::array<char, 64> bytes{};
    const ssize_t seen = ::recv(peer.fd(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    const std::scoped_lock lock(mutex);
    if (seen > 0) begun.insert(static_cast<std::size_t>(seen));
  });
  auto block = block_to(server.port(), Op::half_open);
  block.hold_s = 0.5;
  const auto records = run(block);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records.front().error, TransferError::none) << records.front().detail;
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(begun, (std::set<std::size_t>{3, 6, 13})) << "its first bytes, half of it, and all";
}

TEST_F(WorkerImpoliteTest, HoldsAConnectionThatIsHalfClosedAndReadsNothing) {
  add_fixture("f", "content");
  std::atomic<bool> is_over = false;
  std::atomic<int> half_closed = 0;
  std::vector<protocol::UniqueFd>
      others;  // the silent one and those of half a request and of its first bytes come first, and stay
  FakeServer server([&](Peer& peer) {
    if (others.size() < 3) {
      others.emplace_back(::dup(peer.fd()));
      return;
    }
    const auto request = peer.receive_message();
    if (request == "GET f" && !peer.receive(1) && !is_over) ++half_closed;
  });
  auto block = block_to(server.port(), Op::half_open);
  block.hold_s = 1;
  const auto records = run(block);
  is_over = true;
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records.front().error, TransferError::none) << records.front().detail;
  EXPECT_EQ(half_closed, 1);
}

TEST_F(WorkerImpoliteTest, OfAnEmptyFileNoHalfIsPut) {
  add_fixture("f", "");
  std::atomic<int> puts = 0;
  FakeServer server([&](Peer& peer) {
    const auto request = peer.receive_message();
    if (request && request->starts_with("PUT ")) ++puts;
  });
  auto block = block_to(server.port(), Op::half_open);
  block.hold_s = 0.05;
  block.may_store = true;
  ASSERT_EQ(run(block).front().error, TransferError::none);
  EXPECT_EQ(puts, 0);
}

TEST_F(WorkerImpoliteTest, HoldsHalfAPutWhereFilesMayBeStored) {
  const std::string content = noise(40'000);
  add_fixture("f", content);
  std::mutex mutex;
  std::vector<std::string> stored;
  FakeServer server([&](Peer& peer) {
    const auto request = peer.receive_message();
    if (!request || !request->starts_with("PUT ")) return;
    peer.send_message("OK");
    const auto half = peer.receive(content.size() / 2).value_or("");
    const bool more = peer.receive(1).has_value();
    const std::scoped_lock lock(mutex);
    stored.push_back(more ? "too much" : half);
  });
  auto block = block_to(server.port(), Op::half_open);
  block.hold_s = 0.05;
  ASSERT_EQ(run(block).front().error, TransferError::none);
  block.may_store = true;
  ASSERT_EQ(run(block).front().error, TransferError::none);
  for (bool seen = false; !seen; std::this_thread::yield()) {
    const std::scoped_lock lock(mutex);
    seen = !stored.empty();
  }
  const std::scoped_lock lock(mutex);
  EXPECT_THAT(stored, ::testing::ElementsAre(content.substr(0, content.size() / 2)));
}

TEST_F(WorkerImpoliteTest, AServerThatHangsUpOnSilenceIsNotedWithoutBlame) {
  add_fixture("f", "content");
  const auto record = visit(
      Op::half_open, [](Peer&) {}, 0.05);
  EXPECT_EQ(record.error, TransferError::none);
  EXPECT_THAT(record.detail, HasSubstr("the server closed the silent connection"));
}

TEST_F(WorkerImpoliteTest, AServerThatHangsUpOnHalfARequestAloneIsNotedToo) {
  add_fixture("f", "content");
  protocol::UniqueFd silent;
  const auto record = visit(
      Op::half_open,
      [&](Peer& peer) {
        if (!silent) {
          silent.reset(::dup(peer.fd()));  // the silent one comes first, and stays
        } else {
          peer.receive(1);
        }
      },
      0.3);
  EXPECT_EQ(record.error, TransferError::none);
  EXPECT_EQ(record.detail, "the server closed the connection with half a request");
}

TEST_F(WorkerImpoliteTest, HttpHasItsOwnRefusals) {
  job.dialect = "http";
  add_fixture("f", "content");
  std::vector<std::string> heard;
  {
    FakeServer server([&](Peer& peer) {
      heard.push_back(peer.receive_until("\r\n\r\n").value_or(""));
      peer.send("HTTP/1.0 501 Not Implemented\r\nContent-Length: 0\r\n\r\n");
    });
    const auto records = run(block_to(server.port(), Op::refused, 2));
    ASSERT_EQ(records.size(), 2u);
    for (const auto& record : records) EXPECT_EQ(record.error, TransferError::none) << record.detail;
  }
  EXPECT_THAT(heard,
              ElementsAre(StartsWith("GET /no-such-file-c0-0 HTTP/1.0"), StartsWith("FETCH / HTTP/1.0")));
}

/// Clauses 7.1 to 7.5: a close without a byte refuses.
class ImpoliteLectureDialect : public WorkerImpoliteTest,
                               public ::testing::WithParamInterface<const char*> {};

TEST_P(ImpoliteLectureDialect, SilenceRefusesAndIsNoAbort) {
  job.dialect = GetParam();
  add_fixture("f", "content");
  const auto hang_up = [](Peer& peer) {
    peer.receive(1);
  };
  EXPECT_EQ(visit(Op::refused, hang_up).error, TransferError::none);
  EXPECT_NE(visit(Op::abort_get, hang_up).error, TransferError::none) << "nothing was begun";
}

TEST_P(ImpoliteLectureDialect, AFileWhereNoneIsIsNoted) {
  job.dialect = GetParam();
  add_fixture("f", "content");
  const auto serve = [](Peer& peer) {
    peer.receive(1);
    peer.send("00000007content");
  };
  EXPECT_EQ(visit(Op::refused, serve).error, TransferError::malformed_reply);
  const auto begun = visit(Op::abort_get, serve);
  EXPECT_EQ(begun.error, TransferError::none) << begun.detail;
}

INSTANTIATE_TEST_SUITE_P(All, ImpoliteLectureDialect,
                         ::testing::Values("nul", "raw", "line", "fixed", "sized"),
                         [](const auto& dialect) { return std::string(dialect.param); });

TEST_F(WorkerImpoliteTest, AnExchangeOfTwoConnectionsIsNotBrokenOff) {
  job.dialect = "ftp";
  add_fixture("f", "content");
  for (const Op op : {Op::other_verb, Op::abort_get, Op::abort_put, Op::half_open}) {
    const auto record = visit(op, [](Peer&) { ADD_FAILURE() << "nobody may come"; });
    EXPECT_EQ(record.error, TransferError::local);
    EXPECT_THAT(record.detail, HasSubstr("cannot be broken off"));
  }
}

TEST(ImpoliteDialects, FactsAndExchangesAgree) {
  for (const std::string& name : dialect_names()) {
    const Dialect& dialect = *find_dialect(name);
    const TransferTerms terms{dialect};
    Link link("127.0.0.1", 1);
    const auto* facts = protocol::find_dialect_facts(name);
    ASSERT_NE(facts, nullptr) << name;
    EXPECT_EQ(facts->single_connection, dialect.own_exchange(terms, link) == nullptr) << name;
  }
}

}  // namespace
}  // namespace bftp::client::worker::testing
