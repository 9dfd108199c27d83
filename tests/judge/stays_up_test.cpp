// lifecycle.stays_up: a server that runs and serves nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;

record::RunRecord after_aborts(std::optional<bool> serves) {
  auto record = RecordBuilder{}.build();
  record.exercises.push_back({.kind = record::QuietKind::aborted,
                              .requests = 46,
                              .as_meant = 30,
                              .remark = "given up, since 16 of 30 (abort_get) were not answered",
                              .serves_after = serves});
  return record;
}

TEST(StaysUp, FailsAServerThatServesNobodyAfterBadClients) {
  const auto verdicts = judge_all(after_aborts(false));
  const Verdict& verdict = find(verdicts, "lifecycle.stays_up");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_EQ(verdict.severity, Severity::critical);
  EXPECT_EQ(verdict.measured, "serves nobody after 46 transfers that their clients broke off");
  EXPECT_THAT(verdict.happened, HasSubstr("16 of 30"));
  EXPECT_THAT(verdict.cause, HasSubstr("SIGPIPE"));
  const Verdict& leak = find(verdicts, "handles.leak_on_aborts");
  EXPECT_EQ(leak.status, Status::skip);
  EXPECT_THAT(leak.summary, HasSubstr("lifecycle.stays_up"));
}

TEST(StaysUp, LeavesAloneWhoServesOnOrCouldNotBeAsked) {
  for (const std::optional<bool> serves : {std::optional(true), std::optional<bool>()})
    EXPECT_EQ(find(judge_all(after_aborts(serves)), "lifecycle.stays_up").status, Status::pass);
  auto others = after_aborts(false);
  others.exercises.back().arm = record::Arm::control;
  EXPECT_EQ(find(judge_all(others), "lifecycle.stays_up").status, Status::pass);
}

TEST(StaysUp, SaysThatItEndedWhereItDid) {
  auto record = after_aborts(false);
  record::ServerEnd end;
  end.by_itself = true;
  end.signal = 13;
  record.server_ends = {end};
  record.state = record::RunState::server_died;
  EXPECT_THAT(find(judge_all(record), "lifecycle.stays_up").summary, HasSubstr("signal 13"));
}

}  // namespace
}  // namespace bftp::judge::testing
