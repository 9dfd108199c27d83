// lifecycle.stays_up and lifecycle.stops: how a server ends, and one that runs and serves nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

record::RunRecord after_aborts(std::optional<bool> serves) {
  auto record = RecordBuilder{}.build();
  record.exercises.push_back({.kind = record::QuietKind::aborted,
                              .requests = 46,
                              .as_meant = 30,
                              .remark = "given up, since 16 of 30 (abort_get) were not answered",
                              .serves_after = serves});
  return record;
}

TEST(Lifecycle, FailsAServerThatServesNobodyAfterBadClients) {
  const auto verdicts = judge_all(after_aborts(false));
  const Verdict& verdict = find(verdicts, "lifecycle.stays_up");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_EQ(verdict.severity, Severity::critical);
  EXPECT_EQ(verdict.measured, "serves nobody after 46 transfers that their clients break off");
  EXPECT_THAT(verdict.happened, HasSubstr("16 of 30"));
  EXPECT_THAT(verdict.cause, HasSubstr("SIGPIPE"));
  const Verdict& leak = find(verdicts, "handles.leak_on_aborts");
  EXPECT_EQ(leak.status, Status::skip);
  EXPECT_THAT(leak.summary, HasSubstr("lifecycle.stays_up"));
}

TEST(Lifecycle, LeavesAloneWhoServesOnOrCouldNotBeAsked) {
  for (const std::optional<bool> serves : {std::optional(true), std::optional<bool>()})
    EXPECT_EQ(find(judge_all(after_aborts(serves)), "lifecycle.stays_up").status, Status::pass);
  auto others = after_aborts(false);
  others.exercises.back().arm = record::Arm::control;
  EXPECT_EQ(find(judge_all(others), "lifecycle.stays_up").status, Status::pass);
}

TEST(Lifecycle, SaysThatItEndedWhereItDid) {
  auto record = after_aborts(false);
  record::ServerEnd end;
  end.by_itself = true;
  end.signal = 13;
  record.server_ends = {end};
  record.state = record::RunState::server_died;
  EXPECT_THAT(find(judge_all(record), "lifecycle.stays_up").summary, HasSubstr("signal 13"));
}

TEST(Lifecycle, ServerThatCrashes) {
  RecordBuilder builder;
  auto record = builder.build();
  record.state = record::RunState::server_died;
  record.server_ends.clear();
  record::ServerEnd end;
  end.by_itself = true;
  end.signal = SIGSEGV;
  end.last_lines = {"serving client 3", "\x1b[31mSegmentation fault"};
  record.server_ends.push_back(end);
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "lifecycle.stays_up");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_THAT(verdict.summary, HasSubstr("SIGSEGV"));
  EXPECT_THAT(verdict.happened, HasSubstr("\\x1b[31mSegmentation fault"));
  EXPECT_EQ(find(verdicts, "lifecycle.stops").status, Status::skip);
  EXPECT_EQ(exit_code(record, verdicts), 1);
}

TEST(Lifecycle, AServerThatEndedWithItsGuardDidNotRunOutOfMemory) {
  auto record = RecordBuilder{}.build();
  record.state = record::RunState::server_died;
  record.server_ends.clear();
  record::ServerEnd end;
  end.by_itself = true;
  end.guard_lost = true;
  record.server_ends.push_back(end);
  const Verdict verdict = find(judge_all(record), "lifecycle.stays_up");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_THAT(verdict.summary, HasSubstr("guard process"));
  EXPECT_THAT(verdict.summary, Not(HasSubstr("memory")));
  EXPECT_THAT(verdict.cause, HasSubstr("getppid()"));
}

TEST(Lifecycle, AServerThatWasEndedForItsMemoryFails) {
  auto record = RecordBuilder{}.build();
  record.state = record::RunState::server_died;
  record.server_ends.clear();
  record.server_ends.push_back({.by_itself = true,
                                .signal = SIGKILL,
                                .excess = record::Excess{record::Bounded::memory, 9ull << 30, 8ull << 30}});
  const auto verdicts = judge_all(record);
  const Verdict& peak = find(verdicts, "memory.peak");
  EXPECT_EQ(peak.status, Status::fail) << "no file of 64 MiB is needed for that";
  EXPECT_EQ(peak.severity, Severity::critical);
  EXPECT_THAT(peak.summary, HasSubstr("9.0 GiB of memory, more than the 8.0 GiB"));
  const Verdict& up = find(verdicts, "lifecycle.stays_up");
  EXPECT_EQ(up.status, Status::fail);
  EXPECT_THAT(up.summary, AllOf(HasSubstr("server.memory_max"), Not(HasSubstr("SIGKILL"))));
  record.server_ends[0].excess = record::Excess{record::Bounded::processes, 5000, 4096};
  const auto of_processes = judge_all(record);
  EXPECT_NE(find(of_processes, "memory.peak").status, Status::fail);
  EXPECT_THAT(find(of_processes, "lifecycle.stays_up").cause, HasSubstr("fork()"));
}

TEST(Lifecycle, AServerThatEndedWithoutMemorySaysSoItself) {
  auto record = RecordBuilder{}.build();
  record.state = record::RunState::server_died;
  record.server_ends.clear();
  record::ServerEnd end;
  end.by_itself = true;
  end.exit_code = 1;
  end.last_lines = {"java.lang.OutOfMemoryError: Java heap space"};
  record.server_ends.push_back(end);
  EXPECT_THAT(find(judge_all(record), "lifecycle.stays_up").cause, HasSubstr("ran out of memory"));
}

TEST(Lifecycle, TransfersThatFoundNobodyWereNotServed) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, RecordBuilder::Random&) {
    return ask.ordinal < 3 ? record::TransferError::none : record::TransferError::connect_failed;
  };
  auto record = builder.build();
  record.state = record::RunState::server_died;
  record.server_ends.clear();
  record::ServerEnd end;
  end.by_itself = true;
  end.exit_code = 0;
  record.server_ends.push_back(end);
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "lifecycle.stays_up");
  EXPECT_EQ(verdict.measured, "ended after 3 transfers");
  EXPECT_THAT(verdict.cause, HasSubstr("the loop around accept() is missing"));
}

TEST(Lifecycle, TheEndOfARuntimeThatTellsOfSigtermIsNotIgnoringIt) {
  auto record = RecordBuilder{}.build();
  record.plan.server.kind = plan::ServerKind::command;
  record.server_ends.front().exit_code = 143;
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "lifecycle.stops").status, Status::warn);
  EXPECT_THAT(find(verdicts, "lifecycle.stops").cause, HasSubstr("no handler"));
  record.server_ends.front().exit_code = 1;
  EXPECT_THAT(find(judge_all(record), "lifecycle.stops").cause, HasSubstr("tells of a failure"));
}

TEST(Lifecycle, ServerThatIgnoresSigterm) {
  auto record = RecordBuilder{}.build();
  record.server_ends.front().killed = true;
  EXPECT_EQ(find(judge_all(record), "lifecycle.stops").status, Status::fail);
  record.plan.server.kind = plan::ServerKind::command;
  EXPECT_EQ(find(judge_all(record), "lifecycle.stops").status, Status::fail) << "clause 6.3";
  EXPECT_THAT(find(judge_all(record), "lifecycle.stops").cause, HasSubstr("threads that do not end"));
  record.server_ends.front().client_held = true;
  const auto verdicts = judge_all(record);
  EXPECT_THAT(find(verdicts, "lifecycle.stops").done, HasSubstr("a client was connected and said nothing"));
  EXPECT_THAT(find(verdicts, "lifecycle.stops").cause, HasSubstr("a client that says nothing"));
  record.server_ends.front().left = 3;
  const Verdict leaves = find(judge_all(record), "lifecycle.stops");
  EXPECT_EQ(leaves.measured, "ended, but 3 processes that it had started did not and had to be killed");
  EXPECT_THAT(leaves.cause, HasSubstr("leaves its children behind"));
  record.plan.server.dialect = "http";
  EXPECT_EQ(find(judge_all(record), "lifecycle.stops").status, Status::warn);
}

TEST(Restarts, OnlyTheServersOwnTroubleWithItsPortIsHeldAgainstIt) {
  auto record = RecordBuilder{}.build();
  const auto judged = [&](std::optional<record::Restart> restart) {
    record.restart = std::move(restart);
    return find(judge_all(record), "lifecycle.restarts");
  };
  EXPECT_EQ(judged(std::nullopt).status, Status::skip);
  record::Restart restart{.port = 4711, .listened = true, .took_s = 0.2};
  EXPECT_EQ(judged(restart).status, Status::pass);
  restart = {.port = 4711, .took_s = 0.3, .text = "bind: Address already in use", .elsewhere = true};
  EXPECT_EQ(judged(restart).status, Status::skip) << "somebody else was there";
  restart.port_was_free = true;
  const Verdict in_use = judged(restart);
  EXPECT_EQ(in_use.status, Status::fail);
  EXPECT_THAT(in_use.clauses, ::testing::ElementsAre("6.2"));
  EXPECT_THAT(in_use.cause, HasSubstr("SO_REUSEADDR"));
  EXPECT_THAT(in_use.happened, HasSubstr("Address already in use"));
  restart.elsewhere = false;
  EXPECT_EQ(judged(restart).status, Status::fail);
  EXPECT_THAT(judged(restart).cause, HasSubstr("left and stops the second"));
  record.plan.server.dialect = "ftp";
  EXPECT_EQ(judged(restart).status, Status::warn) << "no clause demands it of this dialect";
  EXPECT_TRUE(judged(restart).clauses.empty());
}

}  // namespace
}  // namespace bftp::judge::testing
