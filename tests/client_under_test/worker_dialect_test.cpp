#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/guess.hpp"
#include "protocol/dialects.hpp"

namespace bftp::client::worker {
namespace {

const Dialect& dialect(const char* name) {
  const Dialect* found = find_dialect(name);
  if (found == nullptr) std::abort();
  return *found;
}

TEST(WorkerDialectTest, TheListNamesEachOnce) {
  auto known = protocol::known_dialect_names();
  std::sort(known.begin(), known.end());
  EXPECT_EQ(dialect_names(), known) << "what a plan may name and what a worker speaks";
  EXPECT_EQ(find_dialect("BFTP"), nullptr);
  EXPECT_EQ(find_dialect(""), nullptr);
}

TEST(WorkerDialectTest, TheListAgreesWithWhatPlansKnow) {
  for (const auto& facts : protocol::dialects()) {
    const Dialect* spoken = find_dialect(facts.name);
    ASSERT_NE(spoken, nullptr) << facts.name;
    EXPECT_EQ(spoken->can_store(), facts.has_put) << facts.name;
  }
}

TEST(WorkerDialectTest, BytesBetrayTheirDialect) {
  EXPECT_EQ(guess_dialect("HTTP/1.1 400 Bad Request\r\n"), "http");
  EXPECT_EQ(guess_dialect("220 (vsFTPd 3.0.3)\r\n"), "ftp");
  EXPECT_EQ(guess_dialect("220-Welcome\r\n"), "ftp");
  EXPECT_EQ(guess_dialect("0000000fERR 400 nothing"), "bftp");
  EXPECT_EQ(guess_dialect("00000004OK 7content"), "bftp");
  EXPECT_EQ(guess_dialect("00000006936281The"), "stream");
  for (const char* other :
       {"", "HTTP", "HTTP/2", "2200", "00000000", "00000004OKAY", "0000000612345", "Project"})
    EXPECT_EQ(guess_dialect(other), "") << other;
  EXPECT_EQ(hint_of_dialect("HTTP/1.0 200 OK", "http1.1"), "");
}

TEST(WorkerDialectTest, BftpSpeaksAsItsClausesSay) {
  const auto& bftp = dialect("bftp");
  EXPECT_TRUE(bftp.can_store());
  EXPECT_EQ(bftp.ask_get({"a b", "h:1", false}), "00000007GET a b");
  EXPECT_EQ(bftp.ask_put({"x", "h:1", true}, 10), "00000008PUT 10 x");
  EXPECT_EQ(bftp.ask_delete({"x", "h:1", true}), "00000008DELETE x");
}

/// Every beginning of a good answer is incomplete, and the whole is understood whatever follows it.
void expect_good_at_every_border(const Dialect& dialect, std::string_view answer, std::uint64_t size) {
  for (std::size_t i = 0; i < answer.size(); ++i) {
    EXPECT_EQ(dialect.answer_to_get(answer.substr(0, i), false).kind, Answer::Kind::incomplete) << i;
  }
  for (const char* behind : {"", "content", "\r\n\r\n"}) {
    const Answer whole = dialect.answer_to_get(std::string(answer) + behind, false);
    EXPECT_EQ(whole.kind, Answer::Kind::ok) << whole.text;
    EXPECT_EQ(whole.bytes, answer.size());
    EXPECT_EQ(whole.size, size);
    EXPECT_TRUE(whole.stays_open);
  }
}

TEST(WorkerDialectTest, AnswersAreUnderstoodAtEverySegmentBorder) {
  expect_good_at_every_border(dialect("bftp"), "0000000COK 123456789", 123456789);
  expect_good_at_every_border(dialect("http"), "HTTP/1.1 200 OK\r\nServer: x\r\nCONTENT-LENGTH:  5 \r\n\r\n",
                              5);
}

TEST(WorkerDialectTest, NonsenseIsSeenAtItsFirstByte) {
  EXPECT_EQ(dialect("bftp").answer_to_get("H", false).kind, Answer::Kind::malformed);
  EXPECT_EQ(dialect("bftp").answer_to_get("0000g", false).kind, Answer::Kind::malformed);
  EXPECT_EQ(dialect("http").answer_to_get("0", false).kind, Answer::Kind::malformed);
  EXPECT_EQ(dialect("http").answer_to_get("HTTQ", false).kind, Answer::Kind::malformed);
}

TEST(WorkerDialectTest, BftpAnswersToPutAndDelete) {
  const auto& bftp = dialect("bftp");
  EXPECT_EQ(bftp.answer_to_put("00000002OK").kind, Answer::Kind::ok);
  EXPECT_EQ(bftp.answer_to_content("00000005OK 12").size, 12u);
  EXPECT_EQ(bftp.answer_to_content("00000007OK done").size, std::nullopt);
  EXPECT_EQ(bftp.answer_to_delete("0000000fERR 404 no file").kind, Answer::Kind::refused);
  EXPECT_EQ(bftp.answer_to_put("00000001").kind, Answer::Kind::incomplete);
}

}  // namespace
}  // namespace bftp::client::worker
