#include "harness/judge/case_verdicts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/check.hpp"

namespace bftp::judge {
namespace {

using record::CaseDemand;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::HasSubstr;

CaseOutcome outcome(CaseResult result, CaseDemand demand = CaseDemand::must) {
  return {.id = "framing.some",
          .category = "framing",
          .title = "Some case",
          .demand = demand,
          .result = result,
          .clauses = {"1.4"},
          .done = "Something was done.",
          .expected = "The file.",
          .happened = "the server closed",
          .cause = "A short read.",
          .wire = {"    0 ms  sent 3 bytes: \"abc\"", "    1 ms  the server closed (FIN)"},
          .reproduce = "(printf 'abc') | nc 127.0.0.1 12345",
          .server_after = {},
          .took_s = 0.1};
}

Verdict judged(const CaseOutcome& one) {
  record::RunRecord record;
  record.cases = {one};
  return case_verdicts(record).at(0);
}

TEST(CaseVerdicts, FailOnlyWhatAClauseDemands) {
  EXPECT_EQ(judged(outcome(CaseResult::broken)).status, Status::fail);
  EXPECT_EQ(judged(outcome(CaseResult::broken)).severity, Severity::major);
  EXPECT_EQ(judged(outcome(CaseResult::broken, CaseDemand::should)).status, Status::warn);
}

TEST(CaseVerdicts, FailWhatTheSuiteAsksForWhereItWasAskedFor) {
  record::RunRecord record;
  record.cases = {outcome(CaseResult::broken, CaseDemand::asked)};
  record.cases[0].category = "hostile";
  record.plan.suites = {"transfer"};
  EXPECT_EQ(case_verdicts(record).at(0).status, Status::warn);
  EXPECT_EQ(case_verdicts(record).at(0).limit, "no clause demands it");
  record.plan.suites = {"transfer", "hostile"};
  EXPECT_EQ(case_verdicts(record).at(0).status, Status::fail);
  EXPECT_EQ(case_verdicts(record).at(0).severity, Severity::critical);
  record.plan.suites = {"all"};
  EXPECT_EQ(case_verdicts(record).at(0).status, Status::fail);
}

TEST(CaseVerdicts, FailAServerThatDidNotSurviveInAnyEvent) {
  auto one = outcome(CaseResult::broken, CaseDemand::should);
  one.server_after = "the server was ended by signal 11";
  const auto verdict = judged(one);
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_EQ(verdict.severity, Severity::critical);
  EXPECT_EQ(verdict.summary, "The server was ended by signal 11.");
  EXPECT_THAT(verdict.happened, HasSubstr("Then: The server was ended by signal 11."));
}

TEST(CaseVerdicts, CallWhatAHostileClientReachesCritical) {
  auto one = outcome(CaseResult::broken);
  one.id = "hostile.some";
  one.category = "hostile";
  EXPECT_EQ(judged(one).severity, Severity::critical);
  EXPECT_EQ(judged(one).category, Category::hostile);
  one.demand = CaseDemand::should;
  EXPECT_EQ(judged(one).status, Status::warn);
  EXPECT_EQ(judged(one).severity, Severity::minor);
}

TEST(CaseVerdicts, WarnOfWhatIsToleratedOrSeenOnce) {
  EXPECT_EQ(judged(outcome(CaseResult::tolerated)).status, Status::warn);
  EXPECT_EQ(judged(outcome(CaseResult::seen_once)).status, Status::warn);
}

TEST(CaseVerdicts, CountNeitherTheUnknownNorTheSkippedAsPassed) {
  EXPECT_EQ(judged(outcome(CaseResult::unknown)).status, Status::inconclusive);
  EXPECT_NE(judged(outcome(CaseResult::unknown)).settle, "");
  EXPECT_EQ(judged(outcome(CaseResult::skipped)).status, Status::skip);
  EXPECT_THAT(judged(outcome(CaseResult::skipped)).summary, HasSubstr("The server closed."));
}

TEST(CaseVerdicts, ExplainAFailureWithTheWire) {
  const auto verdict = judged(outcome(CaseResult::broken));
  EXPECT_EQ(verdict.id, "framing.some");
  EXPECT_EQ(verdict.category, Category::framing);
  EXPECT_EQ(verdict.happened, "The server closed.");
  ASSERT_EQ(verdict.wire.size(), 2u);
  EXPECT_THAT(verdict.wire.front(), HasSubstr("sent 3 bytes: \"abc\""));
  EXPECT_EQ(verdict.cause, "A short read.");
  EXPECT_EQ(verdict.reproduce, "(printf 'abc') | nc 127.0.0.1 12345");
  EXPECT_THAT(verdict.clauses, ::testing::ElementsAre("1.4"));
}

TEST(CaseVerdicts, SayLittleWhereAllIsWell) {
  const auto verdict = judged(outcome(CaseResult::kept));
  EXPECT_EQ(verdict.status, Status::pass);
  EXPECT_EQ(verdict.happened, "");
  EXPECT_TRUE(verdict.wire.empty());
  EXPECT_EQ(verdict.cause, "");
}

TEST(CaseVerdicts, TellHowToTryTheCaseAlone) {
  record::RunRecord record;
  record.cases = {outcome(CaseResult::broken)};
  record.plan.command_line = "bftp-torture run --suite all --seed 5";
  EXPECT_EQ(case_verdicts(record).front().alone,
            "bftp-torture run --suite all --seed 5 --only framing.some");
  record.plan.only = {"framing.some"};
  record.plan.command_line += " --only framing.some";
  EXPECT_EQ(case_verdicts(record).front().alone,
            "bftp-torture run --suite all --seed 5 --only framing.some");
}

TEST(CaseVerdicts, DrawWhatWentEitherWayUpToTheEndOfTheCase) {
  auto one = outcome(CaseResult::kept);
  EXPECT_TRUE(judged(one).series.empty()) << "nothing was recorded";
  one.flow = {{0, 0, 0}, {0.001, 7, 0}, {0.002, 14, 30}};
  one.took_s = 2;
  const auto verdict = judged(one);
  ASSERT_EQ(verdict.series.size(), 2u);
  for (const Series& series : verdict.series) {
    EXPECT_THAT(series.x, ::testing::ElementsAre(0, 1, 2, 2000)) << "the silence is seen";
    EXPECT_TRUE(series.holds);
  }
  EXPECT_EQ(verdict.series[0].title, "Over the wire, to the server (14 bytes)");
  EXPECT_EQ(verdict.series[1].title, "Over the wire, from the server (30 bytes)");
  EXPECT_THAT(verdict.series[0].y, ::testing::ElementsAre(0, 50, 100, 100));
  EXPECT_THAT(verdict.series[1].y, ::testing::ElementsAre(0, 0, 100, 100));
  one.flow = {{0, 0, 0}};
  EXPECT_THAT(judged(one).series.at(1).y, ::testing::ElementsAre(0, 0)) << "nothing went";
}

TEST(CaseVerdicts, AreAmongAllVerdicts) {
  record::RunRecord record;
  record.state = record::RunState::complete;
  record.cases = {outcome(CaseResult::broken)};
  const auto verdicts = judge_all(record);
  EXPECT_EQ(verdicts.back().id, "framing.some");
  EXPECT_EQ(exit_code(record, verdicts), 1);
}

}  // namespace
}  // namespace bftp::judge
