#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::TransferError;
using ::testing::HasSubstr;

class WorkerHttpTest : public WorkerTest {
 protected:
  WorkerHttpTest() { job.dialect = "http"; }

  static std::string ok(const std::string& content, const std::string& fields = "") {
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" +
           content;
  }
  /// Answers one request with `answer`, then waits for the client to leave or closes.
  static FakeServer::Script says(std::string answer, bool closes = false) {
    return [answer = std::move(answer), closes](Peer& peer) {
      if (!peer.receive_until("\r\n\r\n")) return;
      peer.send(answer);
      if (!closes) peer.wait_for_close();
    };
  }
};

TEST_F(WorkerHttpTest, AsksByHttp10WithAnEscapedPath) {
  const std::string content = noise(100'000);
  add_fixture("a b\xc3\xa4%?.txt", content);
  std::optional<std::string> request;
  FakeServer server([&](Peer& peer) {
    request = peer.receive_until("\r\n\r\n");
    peer.send(ok(content));
  });
  const auto records = run(block_to(server.port()));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::none) << records[0].detail;
  EXPECT_EQ(records[0].identical, true);
  EXPECT_EQ(request, "GET /a%20b%C3%A4%25%3F.txt HTTP/1.0\r\nHost: 127.0.0.1:" +
                         std::to_string(server.port()) + "\r\n\r\n");
}

TEST_F(WorkerHttpTest, KeepsAConnectionByHttp11) {
  job.lasting_connection = true;
  add_fixture("f", "content");
  std::vector<std::string> requests;
  FakeServer server([&](Peer& peer) {
    while (const auto request = peer.receive_until("\r\n\r\n")) {
      requests.push_back(*request);
      peer.send(ok("content"));
    }
  });
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 3)))
    EXPECT_EQ(record.identical, true);
  EXPECT_EQ(server.connections(), 1);
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_THAT(requests[0], HasSubstr("GET /f HTTP/1.1\r\n"));
}

TEST_F(WorkerHttpTest, OpensAnewWhenTheServerWillClose) {
  job.lasting_connection = true;
  add_fixture("f", "content");
  for (const std::string& answer : {ok("content", "connection: Close\r\n"),
                                    std::string("HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\ncontent")}) {
    FakeServer server(says(answer, true));
    const auto records = run(block_to(server.port(), protocol::Op::get, 3));
    for (const auto& record : records) EXPECT_EQ(record.identical, true) << record.detail;
    EXPECT_EQ(server.connections(), 3);
  }
}

TEST_F(WorkerHttpTest, WithoutALengthTheCloseEndsTheCopy) {
  add_fixture("f", "content");
  const auto good = get_from(says("HTTP/1.0 200 OK\nServer: old\n\ncontent", true));
  EXPECT_EQ(good.error, TransferError::none) << good.detail;
  EXPECT_EQ(good.identical, true);
  EXPECT_EQ(good.bytes, 7u);
  const auto mixed = get_from(says("HTTP/1.0 200 OK\nServer: old\n\r\ncontent", true));
  EXPECT_EQ(mixed.identical, true) << mixed.detail;
  const auto cut = get_from(says("HTTP/1.0 200 OK\r\n\r\nconte", true));
  EXPECT_EQ(cut.error, TransferError::closed_early);
  EXPECT_EQ(cut.identical, false);
  EXPECT_EQ(cut.first_difference, 5u);
  const auto longer = get_from(says("HTTP/1.0 200 OK\r\n\r\ncontent!", true));
  EXPECT_EQ(longer.error, TransferError::too_long);
  EXPECT_EQ(longer.identical, false);
}

TEST_F(WorkerHttpTest, WhatIsNoPlainFileIsNamed) {
  add_fixture("f", "content");
  const struct {
    const char* answer;
    TransferError error;
    const char* detail;
  } cases[] = {
      {"HTTP/1.1 404 Not Found\r\n\r\n", TransferError::refused,
       "the server answered HTTP/1.1 404 Not Found"},
      {"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n", TransferError::refused, "redirects"},
      {"HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\n\r\nabc", TransferError::refused, "206"},
      {"00000004OK 7content", TransferError::malformed_reply, "where HTTP/1. is due"},
      {"HTTP/2 200\r\n\r\n", TransferError::malformed_reply, "where HTTP/1. is due"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", TransferError::malformed_reply, "no HTTP/1 status line"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", TransferError::malformed_reply,
       "the chunked coding in an answer to HTTP/1.0"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", TransferError::malformed_reply,
       "transfer coding \"gzip, chunked\""},
      {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", TransferError::malformed_reply,
       "content coding \"gzip\""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 8\r\n\r\n", TransferError::malformed_reply,
       "Content-Length"},
      {"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n", TransferError::malformed_reply, "Content-Length"},
      {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", TransferError::malformed_reply, "without a colon"},
  };
  for (const auto& each : cases) {
    const auto record = get_from(says(each.answer));
    EXPECT_EQ(record.error, each.error) << each.answer;
    EXPECT_THAT(record.detail, HasSubstr(each.detail));
  }
}

class WorkerHttp11Test : public WorkerHttpTest {
 protected:
  WorkerHttp11Test() { job.dialect = "http1.1"; }

  static std::string chunked(std::string_view content, std::size_t chunk, const std::string& fields = "") {
    std::string answer = "HTTP/1.1 200 OK\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < content.size(); at += chunk) {
      const auto piece = content.substr(at, chunk);
      answer += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    }
    return answer + "0\r\n\r\n";
  }
};

TEST_F(WorkerHttp11Test, SaysThatTheConnectionServesOneFile) {
  add_fixture("f", "content");
  std::optional<std::string> request;
  get_from([&](Peer& peer) {
    request = peer.receive_until("\r\n\r\n");
    peer.send(ok("content"));
  });
  ASSERT_TRUE(request.has_value());
  EXPECT_THAT(*request, ::testing::StartsWith("GET /f HTTP/1.1\r\nHost: 127.0.0.1:"));
  EXPECT_THAT(*request, HasSubstr("\r\nConnection: close\r\n"));
}

TEST_F(WorkerHttp11Test, ChunksAreTakenOffHoweverTheCopyIsVerified) {
  const std::string content = noise(2'500'000);  // more than the worker's memory
  add_fixture("f", content);
  for (const auto verify : {protocol::Verify::sha256, protocol::Verify::bytes, protocol::Verify::none}) {
    for (const std::size_t chunk : {1'000u, 65'536u, 3'000'000u}) {
      job.verify = verify;
      worker.reset();
      const auto record = get_from(says(chunked(content, chunk)));
      EXPECT_EQ(record.error, TransferError::none) << record.detail;
      EXPECT_EQ(record.bytes, content.size());
      if (verify != protocol::Verify::none) {
        EXPECT_EQ(record.identical, true) << chunk;
      }
    }
  }
}

TEST_F(WorkerHttp11Test, ChunkedAnswersFollowEachOtherOnOneConnection) {
  job.dialect = "http";
  job.lasting_connection = true;
  const std::string content = noise(10'000);
  add_fixture("f", content);
  FakeServer server([&](Peer& peer) {
    while (peer.receive_until("\r\n\r\n")) peer.send(chunked(content, 999));
  });
  for (const auto& record : run(block_to(server.port(), protocol::Op::get, 4)))
    EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(WorkerHttp11Test, AnEmptyFileMayBeChunked) {
  add_fixture("f", "");
  const auto record = get_from(says(chunked("", 1)));
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
}

TEST_F(WorkerHttp11Test, AMissingLastChunkIsToldFromMissingContent) {
  add_fixture("f", "content");
  const auto detail_after = [this](const std::string& chunks) {
    return get_from([&](Peer& peer) {
             peer.receive_until("\r\n\r\n");
             peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
           })
        .detail;
  };
  EXPECT_THAT(detail_after("7\r\ncontent\r\n"), HasSubstr("without the last chunk"));
  EXPECT_THAT(detail_after("3\r\ncon\r\n"), HasSubstr("after 3 of 7 bytes"));
}

TEST_F(WorkerHttp11Test, BrokenChunksAreNamed) {
  add_fixture("f", "content");
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n";
  const struct {
    std::string answer;
    TransferError error;
    std::optional<bool> identical;
  } cases[] = {
      {head + "5\r\nconte\r\n0\r\n\r\n", TransferError::wrong_size, false},
      {head + "8\r\ncontent!\r\n0\r\n\r\n", TransferError::wrong_size, false},
      {head + "7\r\ncontent\r\n", TransferError::closed_early, std::nullopt},
      {head + "7\r\ncontent\r\n0\r\n\r\nmore", TransferError::too_long, true},
      {head + "7\r\ncontentx\r\n", TransferError::malformed_reply, std::nullopt},
      {head + "seven\r\n", TransferError::malformed_reply, std::nullopt},
      {head + "7\r\ncontent\r\n0\r\n\r\n", TransferError::none, true},
  };
  for (const auto& each : cases) {
    const auto record = get_from(says(each.answer, true));
    EXPECT_EQ(record.error, each.error) << each.answer << record.detail;
    EXPECT_EQ(record.identical, each.identical) << each.answer;
  }
}

TEST_F(WorkerHttp11Test, InterimAnswersArePassedOver) {
  add_fixture("f", "content");
  const auto record = get_from(
      says("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok("content")));
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
}

TEST_F(WorkerHttpTest, EndlessHeaderLinesAreCut) {
  add_fixture("f", "content");
  const auto record = get_from(says("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')));
  EXPECT_EQ(record.error, TransferError::malformed_reply);
  EXPECT_EQ(record.detail, "header lines of more than 64 KiB");
}

}  // namespace
}  // namespace bftp::client::worker::testing
