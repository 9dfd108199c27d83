#include "harness/report/overview.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/terminal.hpp"
#include "tests/report/render.hpp"
#include "tests/report/sample_report.hpp"

namespace bftp::report {
namespace {

using samples::Sample;

TEST(ReportOverview, CountsByStatus) {
  const Sample sample = samples::failing();
  const StatusCounts counts = count_statuses(sample.verdicts);
  EXPECT_EQ(counts.fail, 3u);
  EXPECT_EQ(counts.inconclusive, 1u);
  EXPECT_EQ(counts.warn, 1u);
  EXPECT_EQ(counts.skip, 1u);
  EXPECT_EQ(counts.total(), sample.verdicts.size());
}

TEST(ReportOverview, HeadlineSaysWhatCounts) {
  EXPECT_EQ(headline(samples::failing().report()),
            "3 of 14 checks failed, 1 could not be judged, 1 with a warning, 1 skipped");
  EXPECT_EQ(headline(samples::healthy().report()), "All 12 checks passed");
  Sample one = samples::healthy();
  one.verdicts[0].status = judge::Status::inconclusive;
  one.exit_code = 2;
  EXPECT_EQ(headline(one.report()), "1 of 12 checks could not be judged, 11 passed");
  one = samples::healthy();
  one.verdicts.resize(1);
  EXPECT_EQ(headline(one.report()), "The only check passed");
}

TEST(ReportOverview, HeadlineCountsNoWaivedFailureAsPassed) {
  Sample sample = samples::healthy();
  for (const int i : {0, 1}) {
    sample.verdicts.at(static_cast<std::size_t>(i)).status = judge::Status::warn;
    sample.verdicts.at(static_cast<std::size_t>(i)).waived = "issue 12";
  }
  EXPECT_EQ(headline(sample.report()), "10 of 12 checks passed, 2 waived");
  sample.verdicts[2].status = judge::Status::warn;
  EXPECT_EQ(headline(sample.report()), "10 of 12 checks passed, 2 waived, 1 with a warning");
  sample.verdicts[3].status = judge::Status::inconclusive;
  sample.exit_code = 2;
  EXPECT_EQ(headline(sample.report()),
            "1 of 12 checks could not be judged, 9 passed, 2 waived, 1 with a warning");
  sample.verdicts[3].status = judge::Status::fail;
  sample.exit_code = 1;
  EXPECT_EQ(headline(sample.report()), "1 of 12 checks failed, 2 waived, 1 with a warning");
}

TEST(ReportOverview, SaysOfCasesAloneThatNothingWasTransferred) {
  plan::Plan plan;
  plan.suites = {"conformance", "hostile"};
  EXPECT_EQ(work_text(plan), "the cases of conformance and hostile alone, no transfers");
  plan.suites.clear();
  plan.only = {"hostile.long_name"};
  EXPECT_EQ(work_text(plan), "the case hostile.long_name alone");
  plan.only.push_back("hostile.parent_folder");
  EXPECT_EQ(work_text(plan), "2 cases alone, no transfers");
  EXPECT_TRUE(is_of_cases_alone(plan));
  EXPECT_FALSE(is_of_cases_alone(plan::Plan{}));
}

TEST(ReportOverview, AFailedHarnessSaysNothingOfTheServer) {
  const std::string text = headline(samples::harness_failed().report());
  EXPECT_THAT(text, testing::HasSubstr("nothing is said of the server"));
  EXPECT_THAT(text, testing::HasSubstr("server.py is not there"));
}

TEST(ReportOverview, SaysWhyNothingWasJudgedWhereTheChecksDo) {
  auto sample = samples::healthy();
  sample.exit_code = 3;
  sample.record.state_text.clear();
  for (auto& verdict : sample.verdicts) {
    verdict.status = judge::Status::skip;
    verdict.summary = "a plain transfer of a file failed already";
  }
  sample.verdicts.front().summary = "There was one client only.";
  EXPECT_EQ(
      headline(sample.report()),
      "Nothing was judged, and nothing is said of the server: a plain transfer of a file failed already");
}

judge::Verdict of_the_baseline(const char* id, judge::Status status, const char* summary) {
  judge::Verdict verdict;
  verdict.id = id;
  verdict.status = status;
  verdict.summary = summary;
  return verdict;
}

TEST(ReportOverview, SaysWhatWasNotComparedWithTheBaseline) {
  using judge::Status;
  Sample sample = samples::healthy();
  sample.verdicts.push_back(of_the_baseline("baseline.cpu", Status::skip, "Not compared: another version."));
  sample.verdicts.push_back(
      of_the_baseline("baseline.speed", Status::skip, "Not compared: another version."));
  EXPECT_EQ(baseline_note(sample.report()), "") << "none was given";
  sample.record.baseline.emplace();
  EXPECT_EQ(baseline_note(sample.report()), "Nothing was compared with it. Not compared: another version.");
  EXPECT_THAT(one_line(sample.report()), testing::HasSubstr("; baseline: Nothing was compared"));
  EXPECT_THAT(render("markdown", sample), testing::HasSubstr("Baseline: Nothing was compared"));
  EXPECT_THAT(
      render("github-annotations", sample),
      testing::HasSubstr("::notice title=bftp-torture%3A not all compared with the baseline::Nothing"));
  EXPECT_THAT(terminal_summary(sample.report(), {}), testing::HasSubstr("Nothing was compared with it."));
  sample.verdicts.push_back(of_the_baseline("baseline.memory", Status::pass, "As before."));
  EXPECT_EQ(baseline_note(sample.report()), "baseline.cpu, baseline.speed: Not compared: another version.");
}

TEST(ReportOverview, SaysThatTheRunWasCutShort) {
  auto sample = samples::healthy();
  sample.record.state = record::RunState::interrupted;
  EXPECT_EQ(headline(sample.report()), "Interrupted. All 12 checks passed");
  sample.record.state = record::RunState::time_up;
  EXPECT_EQ(headline(sample.report()), "Cut short, since time was up. All 12 checks passed");
  sample.record.temporary_files.outgrown = true;
  EXPECT_EQ(headline(sample.report()), "Cut short, since the server filled its folder. All 12 checks passed");
}

TEST(ReportOverview, AServerThatCannotBeUsedIsToldFromAFailedHarness) {
  auto sample = samples::harness_failed();
  for (const char* why :
       {"the server ended with exit status 1 0.2 s after its start, before it listened on 127.0.0.1:1",
        "the server does not answer in the dialect bftp: this answers like HTTP"}) {
    sample.record.state_text = why;
    EXPECT_THAT(headline(sample.report()), testing::StartsWith("The server could not be used"));
    sample.record.state_text = "the head could not be started: " + sample.record.state_text;
    EXPECT_THAT(headline(sample.report()), testing::StartsWith("The server could not be used"));
  }
  sample.record.state_text = "the server cannot be asked for a file: a certificate does not verify";
  EXPECT_THAT(headline(sample.report()), testing::HasSubstr("nothing is said of the server"));
}

TEST(ReportOverview, OutcomeFollowsTheExitCode) {
  Sample sample = samples::healthy();
  EXPECT_EQ(outcome(sample.report()), Outcome::passed);
  sample.exit_code = 2;
  EXPECT_EQ(outcome(sample.report()), Outcome::inconclusive);
  sample.exit_code = 77;
  EXPECT_EQ(outcome(sample.report()), Outcome::harness_failed);
}

TEST(ReportOverview, UrgentOnesComeFirst) {
  const Sample sample = samples::failing();
  const auto sorted = by_urgency(sample.verdicts);
  ASSERT_EQ(sorted.size(), sample.verdicts.size());
  EXPECT_EQ(sorted[0]->id, "identity.copies") << "critical before major";
  EXPECT_EQ(sorted[1]->id, "uniformity.stalls");
  EXPECT_EQ(sorted[3]->status, judge::Status::inconclusive);
  EXPECT_EQ(sorted.back()->status, judge::Status::skip);
}

TEST(ReportOverview, ExplanationsLeaveOutWhatIsEmpty) {
  judge::Verdict verdict;
  verdict.done = "a";
  verdict.settle = "b";
  const auto parts = explanations(verdict);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].heading, "Done");
  EXPECT_EQ(parts[1].heading, "To settle it");
}

TEST(ReportOverview, ServersAreNamedByKind) {
  plan::Plan plan;
  plan.server.model = "epoll";
  EXPECT_EQ(server_text(plan), "reference server, model epoll");
  plan.server.kind = plan::ServerKind::command;
  plan.server.command = "./mine --port {port}";
  EXPECT_EQ(server_text(plan), "./mine --port {port}");
  plan.server.kind = plan::ServerKind::attached;
  plan.server.attach_to.port = 4711;
  EXPECT_EQ(server_text(plan), "127.0.0.1:4711 (attached)");
}

TEST(ReportOverview, EndingsAreToldApart) {
  record::ServerEnd end;
  end.exit_code = 3;
  end.time_s = 12.1;
  end.by_itself = true;
  EXPECT_EQ(server_end_text(end), "exited with status 3 at 12.1 s, by itself");
  end = {};
  end.signal = 11;
  end.time_s = 1;
  EXPECT_EQ(server_end_text(end), "ended by signal 11 (SIGSEGV) at 1.00 s");
  end.killed = true;
  EXPECT_EQ(server_end_text(end),
            "ended by signal 11 (SIGSEGV) at 1.00 s, killed: it did not end by SIGTERM in time");
}

TEST(ReportOverview, TransfersSayHowManyAreIdentical) {
  EXPECT_EQ(transfers_text(samples::healthy().record), "6,400 transfers, all verified identical");
  EXPECT_EQ(transfers_text(samples::harness_failed().record), "no transfers");
  EXPECT_EQ(transfers_text(samples::failing().record),
            "6,400 transfers, 6,390 verified identical, 8 differ, 2 ended in an error");
}

}  // namespace
}  // namespace bftp::report
