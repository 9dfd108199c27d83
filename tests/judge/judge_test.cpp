#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/judge/limits.hpp"
#include "record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Verdict verdict_of(Category category, Status status) {
  Verdict verdict;
  verdict.category = category;
  verdict.status = status;
  return verdict;
}

int code(std::vector<Verdict> verdicts, record::RunState state = record::RunState::complete) {
  record::RunRecord record;
  record.state = state;
  return exit_code(record, verdicts);
}

TEST(ExitCode, FollowsTheTable) {
  EXPECT_EQ(code({verdict_of(Category::cpu, Status::pass), verdict_of(Category::cpu, Status::skip)}), 0);
  EXPECT_EQ(code({verdict_of(Category::cpu, Status::warn)}), 0);
  EXPECT_EQ(code({verdict_of(Category::cpu, Status::pass), verdict_of(Category::cpu, Status::fail),
                  verdict_of(Category::cpu, Status::inconclusive)}),
            1);
  EXPECT_EQ(code({verdict_of(Category::cpu, Status::pass), verdict_of(Category::cpu, Status::inconclusive)}),
            2);
}

TEST(ExitCode, NoCheckThatRanIsAFailureOfTheHarness) {
  EXPECT_EQ(code({}), 3);
  EXPECT_EQ(code({verdict_of(Category::cpu, Status::skip)}), 3);
  EXPECT_EQ(code({verdict_of(Category::harness, Status::pass), verdict_of(Category::cpu, Status::skip)}), 3);
}

TEST(ExitCode, AFailedRunSaysNothingOfTheServer) {
  EXPECT_EQ(code({verdict_of(Category::identity, Status::fail)}, record::RunState::failed), 3);
}

TEST(ExitCode, ACopyThatDiffersIsProvenWhateverEndedTheRun) {
  auto differs = verdict_of(Category::identity, Status::fail);
  for (const char* id : {"identity.copies", "head.identity.copies"}) {
    differs.id = id;
    EXPECT_EQ(code({differs}, record::RunState::failed), 1) << id;
  }
  differs.status = Status::pass;
  EXPECT_EQ(code({differs}, record::RunState::failed), 3);
}

TEST(JudgeAll, AnEmptyRecordIsNoPass) {
  record::RunRecord record;
  const auto verdicts = judge_all(record);
  const auto applying = std::count_if(all_checks().begin(), all_checks().end(),
                                      [&](const Check* check) { return check->applies(record); });
  EXPECT_EQ(verdicts.size(), static_cast<std::size_t>(applying));
  EXPECT_GT(applying, 20);
  EXPECT_FALSE(any(verdicts, Status::pass) && exit_code(record, verdicts) != 3);
  EXPECT_EQ(exit_code(record, verdicts), 3);
}

TEST(JudgeAll, AnInterruptedRunIsJudgedByWhatIsThere) {
  RecordBuilder builder;
  builder.rounds = 1;
  builder.iterations = 2;
  auto record = builder.build();
  record.state = record::RunState::interrupted;
  record.server_ends.clear();
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "identity.copies").status, Status::pass);
  EXPECT_FALSE(any(verdicts, Status::fail)) << listed(verdicts, Status::fail);
}

TEST(JudgeAll, IsAPureFunctionOfTheRecord) {
  const auto record = RecordBuilder{}.build();
  const auto once = judge_all(record);
  const auto again = judge_all(record);
  ASSERT_EQ(once.size(), again.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].measured, again[i].measured);
    EXPECT_EQ(once[i].summary, again[i].summary);
    EXPECT_EQ(once[i].confidence, again[i].confidence);
  }
}

TEST(JudgeAll, TheIssuesCheckIdsAreThere) {
  std::set<std::string> ids;
  for (const Check* check : all_checks()) ids.emplace(check->id());
  const std::set<std::string> wanted = {"identity.copies",
                                        "identity.errors",
                                        "uniformity.speed",
                                        "uniformity.spread",
                                        "uniformity.tail",
                                        "uniformity.stalls",
                                        "uniformity.drift",
                                        "uniformity.modes",
                                        "uniformity.fairness",
                                        "uniformity.first_transfer",
                                        "cpu.cost",
                                        "cpu.growth",
                                        "cpu.idle",
                                        "cpu.stalled",
                                        "memory.leak",
                                        "memory.peak",
                                        "memory.returns",
                                        "handles.descriptors",
                                        "handles.threads",
                                        "handles.processes",
                                        "handles.zombies",
                                        "handles.close_wait",
                                        "lifecycle.stays_up",
                                        "lifecycle.stops",
                                        "harness.saturation",
                                        "harness.warnings"};
  EXPECT_TRUE(std::includes(ids.begin(), ids.end(), wanted.begin(), wanted.end()));
}

TEST(JudgeAll, ChecksSpeakForThemselvesAndAreInOrder) {
  const Check* before = nullptr;
  for (const Check* check : all_checks()) {
    EXPECT_THAT(std::string(check->id()),
                ::testing::AnyOf(::testing::StartsWith(std::string(to_string(check->category())) + "."),
                                 ::testing::StartsWith("baseline.")));
    EXPECT_FALSE(check->title().empty());
    EXPECT_FALSE(check->about().empty());
    for (const LimitSpec& spec : check->limits()) {
      EXPECT_FALSE(spec.name.empty() || spec.unit.empty() || spec.about.empty()) << check->id();
    }
    if (before != nullptr) {
      EXPECT_LE(before->category(), check->category());
    }
    before = check;
  }
}

TEST(JudgeAll, EachVerdictExplainsItself) {
  const auto record = RecordBuilder{}.build();
  for (const Verdict& verdict : judge_all(record)) {
    EXPECT_FALSE(verdict.summary.empty()) << verdict.id;
    if (verdict.status == Status::skip) continue;
    EXPECT_FALSE(verdict.measured.empty()) << verdict.id;
    EXPECT_FALSE(verdict.limit.empty()) << verdict.id;
    EXPECT_FALSE(verdict.done.empty()) << verdict.id;
    EXPECT_FALSE(verdict.expected.empty()) << verdict.id;
    EXPECT_THAT(verdict.reproduce, HasSubstr("--seed 1"));
    for (const Series& series : verdict.series) {
      EXPECT_EQ(series.x.size(), series.y.size());
      EXPECT_LE(series.x.size(), 1000u);
    }
  }
}

TEST(JudgeAll, APlanMovesALimit) {
  RecordBuilder builder;
  builder.idle_share = 0.03;
  auto record = builder.build();
  EXPECT_EQ(find(judge_all(record), "cpu.idle").status, Status::warn);
  record.plan.limits["cpu.idle"]["share_max"] = 0.02;
  EXPECT_EQ(find(judge_all(record), "cpu.idle").status, Status::fail);
  record.plan.limits["cpu.idle"]["share_max"] = 0.5;
  record.plan.limits["cpu.idle"]["share_warn"] = 0.5;
  EXPECT_EQ(find(judge_all(record), "cpu.idle").status, Status::pass);
}

TEST(JudgeAll, CleanCountsAreBounds) {
  RecordBuilder builder;
  builder.files = {{"oliver_twist.txt", 936281}};
  builder.ops = {record::Op::get};
  builder.clients = 1;
  builder.rounds = 10;
  builder.iterations = 100;
  const auto verdicts = judge_all(builder.build());
  const Verdict& verdict = find(verdicts, "identity.copies");
  EXPECT_EQ(verdict.status, Status::pass);
  EXPECT_EQ(verdict.measured, "0 of 1000 copies differ");
  EXPECT_EQ(verdict.confidence, "corruption below 0.30 % at 95 % confidence");
}

TEST(JudgeAll, WithoutVerificationNothingIsSaidOfCopies) {
  auto record = RecordBuilder{}.build();
  record.plan.clients.verify = protocol::Verify::none;
  EXPECT_EQ(find(judge_all(record), "identity.copies").status, Status::inconclusive);
}

TEST(Confirmation, AFailureThatDoesNotComeAgainIsAWarning) {
  RecordBuilder builder;
  builder.confirmation = true;
  auto record = builder.build();
  for (auto& watch : record.watches) {
    if (watch.kind == record::WatchKind::idle && !watch.confirmation) watch.server_cpu_s = 1.9;
  }
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "cpu.idle");
  EXPECT_EQ(verdict.status, Status::warn);
  EXPECT_THAT(verdict.summary, HasSubstr("not again"));
  EXPECT_TRUE(wanting_confirmation(record, verdicts).empty());
}

TEST(Confirmation, AFailureThatComesAgainAsAWarningIsNotSaidToBeGone) {
  RecordBuilder builder;
  builder.confirmation = true;
  auto record = builder.build();
  for (auto& watch : record.watches)
    if (watch.kind == record::WatchKind::idle) watch.server_cpu_s = watch.confirmation ? 0.08 : 1.9;
  const Verdict verdict = find(judge_all(record), "cpu.idle");
  EXPECT_EQ(verdict.status, Status::warn);
  EXPECT_THAT(verdict.summary, HasSubstr("again, but not certainly beyond the limit"));
  EXPECT_THAT(verdict.confidence, HasSubstr("in the repeats: 4.0 % of a core"));
}

TEST(Confirmation, OneKindOfWorkThatFailsTwiceIsEnough) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.files = {{"small.bin", 1000}};
  const double pass = 10.0 * builder.clients * builder.rounds * 2;  // transfers
  builder.cpu_s = [pass](const Ask& ask) {
    const double passes = static_cast<double>(ask.ordinal) / pass;
    if (ask.op == record::Op::get) return 0.001 * (1 + 5 * passes);
    return 0.001 *
           (passes < 1 ? 8 : std::max(1.0, 8 - 5 * (passes - 1)));  // all together: level from then on
  };
  const auto record = builder.build();
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "cpu.growth");
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary << verdict.confidence;
  EXPECT_THAT(verdict.summary, HasSubstr("GET"));
  EXPECT_THAT(verdict.confidence, HasSubstr("seen again in fresh repeats"));
}

TEST(Confirmation, WhatWasSeenOnceOfAServerThatFellIsLeftOpen) {
  auto record = RecordBuilder{}.build();
  for (auto& watch : record.watches)
    if (watch.kind == record::WatchKind::idle) watch.server_cpu_s = 1.9;
  record.state = record::RunState::server_died;
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "cpu.idle").status, Status::inconclusive);
  EXPECT_THAT(find(verdicts, "cpu.idle").settle, HasSubstr("lifecycle.stays_up"));
}

TEST(Confirmation, OneThatCannotBeJudgedIsInconclusive) {
  RecordBuilder builder;
  builder.confirmation = true;
  auto record = builder.build();
  std::erase_if(record.watches, [](const auto& watch) { return watch.confirmation; });
  record.watches.back().server_cpu_s = 1.9;
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "cpu.idle").status, Status::inconclusive);
  EXPECT_FALSE(find(verdicts, "cpu.idle").settle.empty());
}

TEST(Confirmation, AWarmUpThatLooksLikeALeakIsNotConfirmed) {
  RecordBuilder builder;
  builder.confirmation = true;
  const double first_pass = 10 * 4 * 2 * (3 * 10 + 2);
  builder.pss_mib = [first_pass](std::uint64_t n, RecordBuilder::Random&) {
    return 6 + std::min(static_cast<double>(n), first_pass) / 64;
  };
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "memory.leak").status, Status::warn);
}

TEST(Harness, StandInsAndLostWorkersAreSaid) {
  auto record = RecordBuilder{}.build();
  EXPECT_EQ(find(judge_all(record), "harness.warnings").status, Status::pass);
  record.fixtures[2].stand_in = true;
  EXPECT_EQ(find(judge_all(record), "harness.warnings").status, Status::warn);
  EXPECT_EQ(exit_code(record, judge_all(record)), 0);
  record.warnings.push_back({"worker.died", "worker 2 is lost"});
  EXPECT_EQ(find(judge_all(record), "harness.warnings").status, Status::inconclusive);
}

TEST(Harness, ASlowServerIsNotAcquitted) {
  auto record = RecordBuilder{}.build();
  record.warnings.push_back(
      {std::string(record::slow_warning), "the server is slow: 36 of 60 were left out"});
  const auto verdict = find(judge_all(record), "harness.warnings");
  EXPECT_EQ(verdict.status, Status::warn);
  EXPECT_THAT(verdict.cause, HasSubstr("so slowly"));
  EXPECT_THAT(verdict.summary, Not(HasSubstr("did not answer")));
}

TEST(Harness, ARunThatWasCutShortSaysSo) {
  auto record = RecordBuilder{}.build();
  const auto has_verdict = [&] {
    const auto verdicts = judge_all(record);
    return std::any_of(verdicts.begin(), verdicts.end(),
                       [](const Verdict& verdict) { return verdict.id == "harness.completed"; });
  };
  EXPECT_FALSE(has_verdict()) << "a whole run needs no word";
  record.state = record::RunState::server_died;
  EXPECT_FALSE(has_verdict()) << "lifecycle.stays_up tells";
  for (const auto state : {record::RunState::interrupted, record::RunState::time_up}) {
    record.state = state;
    record.state_text = "why it ended";
    const auto verdicts = judge_all(record);
    const Verdict& verdict = find(verdicts, "harness.completed");
    EXPECT_EQ(verdict.status, Status::inconclusive);
    EXPECT_THAT(verdict.happened, HasSubstr("why it ended"));
    EXPECT_THAT(verdict.settle, Not(HasSubstr("handles.files")));
    EXPECT_EQ(exit_code(record, verdicts), 2);
  }
  record.temporary_files.outgrown = true;
  EXPECT_THAT(find(judge_all(record), "harness.completed").settle, HasSubstr("handles.files"))
      << "more time would not help";
}

TEST(Harness, OurOwnFailuresAreToldInTheirWords) {
  auto record = RecordBuilder{}.build();
  record::TransferRecord row;
  row.error = record::TransferError::local;
  row.detail = "every_byte.bin is not the fixture that the job describes";
  record.transfers.add(row);
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "identity.errors").status, Status::inconclusive);
  EXPECT_THAT(find(verdicts, "identity.errors").summary, HasSubstr(row.detail));
}

TEST(Harness, WorkLeftOutForASilentServerIsNotTheHarnesssFault) {
  auto record = RecordBuilder{}.build();
  record.warnings.push_back({"drive.gave_up", "every one of 4 transfers ended without an answer"});
  const Verdict silent = find(judge_all(record), "harness.warnings");
  EXPECT_EQ(silent.status, Status::warn) << "less was done than was asked for";
  EXPECT_THAT(silent.summary, HasSubstr("because the server did not answer"));
  EXPECT_THAT(silent.cause, HasSubstr("identity.errors"));
  record.warnings.push_back({"clock.jump", "the clock was set"});
  EXPECT_THAT(find(judge_all(record), "harness.warnings").cause, HasSubstr("none of them is the server's"));
}

TEST(Harness, ABusyMachineIsSaid) {
  RecordBuilder builder;
  builder.strangers_share = 0.4;
  EXPECT_EQ(find(judge_all(builder.build()), "harness.saturation").status, Status::warn);
  builder.strangers_share = 0.02;
  EXPECT_EQ(find(judge_all(builder.build()), "harness.saturation").status, Status::pass);
  auto record = builder.build();
  for (auto& block : record.blocks) block.machine_steal_share = 0.6;
  EXPECT_EQ(find(judge_all(record), "harness.saturation").status, Status::inconclusive);
}

TEST(Limits, DefaultsAndThePlansOverThem) {
  const auto copies = std::find_if(all_checks().begin(), all_checks().end(),
                                   [](const Check* each) { return each->id() == "identity.copies"; });
  ASSERT_NE(copies, all_checks().end());
  const Check* check = *copies;
  plan::Limits plan;
  plan[std::string(check->id())]["different_max"] = 4;
  EXPECT_DOUBLE_EQ(limit(*check, limits_for(*check, plan), "different_max"), 4);
  EXPECT_DOUBLE_EQ(limit(*check, limits_for(*check, {}), "different_max"), 0);
  EXPECT_DOUBLE_EQ(limit(*check, {}, "different_max"), 0);
}

TEST(Words, ThereAndBack) {
  for (const Status status : {Status::pass, Status::fail, Status::warn, Status::inconclusive, Status::skip})
    EXPECT_EQ(status_from(to_string(status)), status);
  for (const Severity severity : {Severity::info, Severity::minor, Severity::major, Severity::critical})
    EXPECT_EQ(severity_from(to_string(severity)), severity);
  EXPECT_EQ(category_from("handles"), Category::handles);
  EXPECT_FALSE(category_from("handels"));
}

}  // namespace
}  // namespace bftp::judge::testing
