// lifecycle.announces: what a server says of where it listens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;

record::Announcement on(std::uint16_t asked, std::uint16_t port, std::optional<std::string> line) {
  return {.asked_port = asked, .port = port, .text = {}, .first_line = std::move(line)};
}

Verdict judged(std::vector<record::Announcement> announcements, const std::string& dialect = "bftp") {
  auto record = RecordBuilder{}.build();
  record.plan.server.dialect = dialect;
  record.announcements = std::move(announcements);
  return find(judge_all(record), "lifecycle.announces");
}

TEST(Announces, PassesTheLineOfTheSpec) {
  for (const char* line : {"listening on 127.0.0.1:4711", "listening on [::1]:4711",
                           "listening on 0.0.0.0:4711", "listening on localhost:4711"}) {
    const auto verdict = judged({on(4711, 4711, line), on(0, 4711, line)});
    EXPECT_EQ(verdict.status, Status::pass) << line << ": " << verdict.summary;
    EXPECT_THAT(verdict.summary, HasSubstr("on port 0, its first line was \"listening"));
  }
}

TEST(Announces, WarnsOfAnotherFirstLine) {
  for (const char* line : {"Listening on 127.0.0.1:4711", "listening on 127.0.0.1:4711.", "listening on 4711",
                           "listening on :4711", "listening on ::1:4711", "listening on 127.0.0.1:", "ready",
                           "listening on port 127.0.0.1:4711", "", "listening on 127.0.0.1:70000"}) {
    const auto verdict = judged({on(4711, 4711, line)});
    EXPECT_EQ(verdict.status, Status::warn) << line;
    EXPECT_EQ(verdict.measured, "another first line") << line;
    EXPECT_THAT(verdict.clauses, ::testing::ElementsAre("6.4"));
  }
}

TEST(Announces, NamesThePortThatIsNot) {
  const auto verdict =
      judged({on(4711, 4711, "listening on 127.0.0.1:4711"), on(0, 33333, "listening on 127.0.0.1:0")});
  EXPECT_EQ(verdict.status, Status::warn);
  EXPECT_EQ(verdict.measured, "another port");
  EXPECT_THAT(verdict.cause, HasSubstr("getsockname()"));
}

TEST(Announces, TellsABufferFromSilence) {
  auto late = on(4711, 4711, std::nullopt);
  EXPECT_EQ(judged({late}).measured, "prints nothing");
  late.printed_at_end = true;
  EXPECT_EQ(judged({late}).measured, "printed at the end only");
  EXPECT_THAT(judged({late}).cause, HasSubstr("flush=True"));
}

TEST(Announces, WarnsWhoDoesNotTakePort0) {
  auto none = on(0, 0, std::nullopt);
  none.text = "usage: \x1b[31mport from 1";
  const auto verdict = judged({on(4711, 4711, "listening on 127.0.0.1:4711"), none});
  EXPECT_EQ(verdict.status, Status::warn);
  EXPECT_EQ(verdict.measured, "does not start on port 0");
  EXPECT_THAT(verdict.summary, HasSubstr("\\x1b[31mport from 1"));
}

TEST(Announces, IsSkippedWhereNoClauseSaysSo) {
  EXPECT_EQ(judged({}).status, Status::skip);
  EXPECT_EQ(judged({on(1, 1, std::nullopt)}, "http").status, Status::skip);
}

}  // namespace
}  // namespace bftp::judge::testing
