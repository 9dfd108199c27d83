#include "harness/history/select_baseline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/history/sample_runs.hpp"

namespace bftp::history {
namespace {

using samples::metric;
using samples::run;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Candidate candidate() {
  const RunSummary like = run(1, {});
  return {like.work, like.machine, like.server, like.version};
}

TEST(SelectBaseline, TakesMediansAndTheSpanOfAllIntervals) {
  const std::vector runs{run(1, {metric("service_vs_control", 1.0)}),
                         run(2, {metric("service_vs_control", 2.0)}),
                         run(3, {metric("service_vs_control", 1.2)})};
  const auto baseline = baseline_of(runs, candidate(), "h.sqlite");
  EXPECT_EQ(baseline.runs, 3u);
  EXPECT_EQ(baseline.unlike, "");
  EXPECT_THAT(baseline.source, HasSubstr("3 runs like it in h.sqlite"));
  ASSERT_EQ(baseline.metrics.size(), 1u);
  EXPECT_DOUBLE_EQ(baseline.metrics[0].value, 1.2);
  EXPECT_DOUBLE_EQ(*baseline.metrics[0].low, 0.99);
  EXPECT_DOUBLE_EQ(*baseline.metrics[0].high, 2.02);
  EXPECT_EQ(baseline.metrics[0].count, 30u);
  EXPECT_EQ(baseline.commits.size(), 3u);
}

TEST(SelectBaseline, AnEndThatOneRunDoesNotKnowIsUnknown) {
  auto unsure = metric("service_vs_control", 1.0);
  unsure.high.reset();
  const auto baseline = baseline_of(
      std::vector{run(1, {unsure}), run(2, {metric("service_vs_control", 1.0)})}, candidate(), "h");
  EXPECT_TRUE(baseline.metrics[0].low);
  EXPECT_FALSE(baseline.metrics[0].high);
}

TEST(SelectBaseline, TakesTheLastTenCompleteOnes) {
  std::vector<RunSummary> runs;
  for (int day = 1; day <= 14; ++day) runs.push_back(run(day, {metric("memory_rest_mib", day)}));
  runs.back().state = "interrupted";
  const auto baseline = baseline_of(runs, candidate(), "h");
  EXPECT_EQ(baseline.runs, 10u);
  EXPECT_DOUBLE_EQ(baseline.metrics[0].value, 8.5);  // days 4 to 13
}

/// Else the second run of a bad commit passes, since the first is then part of what it is compared with.
TEST(SelectBaseline, WhatFellBehindIsNoBaseline) {
  std::vector<RunSummary> runs;
  for (int day = 1; day <= 3; ++day) runs.push_back(run(day, {metric("memory_rest_mib", 20)}));
  runs.push_back(run(4, {metric("memory_rest_mib", 60)}));
  runs.back().checks.push_back({"baseline.memory", "memory", "fail", "60 MiB"});
  EXPECT_EQ(baseline_of(runs, candidate(), "h").runs, 3u);
  EXPECT_DOUBLE_EQ(baseline_of(runs, candidate(), "h").metrics[0].value, 20);
  runs.back().checks.back().status = "inconclusive";
  EXPECT_EQ(baseline_of(runs, candidate(), "h").runs, 3u) << "a short run never says more than perhaps";
  runs.back().checks.back().measured.clear();
  EXPECT_EQ(baseline_of(runs, candidate(), "h").runs, 4u) << "nothing could be compared";
  runs.back().checks.back() = {"memory.leak", "memory", "fail", "1 MiB"};
  EXPECT_EQ(baseline_of(runs, candidate(), "h").runs, 4u) << "so it was before, and this is told elsewhere";
}

TEST(SelectBaseline, ASingleRunThatWasCutShortIsNone) {
  auto cut = run(1, {metric("memory_rest_mib", 1)});
  cut.state = "interrupted";
  EXPECT_THAT(baseline_of(cut, candidate(), "the run x").unlike, HasSubstr("did not come to its end"));
  EXPECT_TRUE(baseline_of(cut, candidate(), "the run x").named_run);
  EXPECT_FALSE(baseline_of(std::vector{cut}, candidate(), "h").named_run);
}

TEST(SelectBaseline, RunsOfAnUnlikeMachineAreLeftOutAndSaid) {
  auto other = run(1, {metric("memory_rest_mib", 1)});
  other.machine.cores = 64;
  const auto baseline = baseline_of(std::vector{other}, candidate(), "h");
  EXPECT_EQ(baseline.runs, 0u);
  EXPECT_THAT(baseline.unlike, HasSubstr("cores is \"2\" here and \"64\" there"));
}

TEST(SelectBaseline, OtherWorkOrServerIsNotLike) {
  auto work = run(1, {metric("memory_rest_mib", 1)});
  work.work["clients"] = "8";
  EXPECT_THAT(baseline_of(std::vector{work}, candidate(), "h").unlike, HasSubstr("clients"));
  auto server = run(1, {metric("memory_rest_mib", 1)});
  server.server = "./other";
  EXPECT_THAT(baseline_of(std::vector{server}, candidate(), "h").unlike,
              HasSubstr("no complete run of this server"));
}

TEST(SelectBaseline, RunsOfAnotherVersionHadAnotherControl) {
  std::vector runs{run(1, {metric("service_vs_control", 1.0)}), run(2, {metric("service_vs_control", 3.0)})};
  runs[0].version = "0.0.9";
  EXPECT_EQ(baseline_of(runs, candidate(), "h").runs, 1u);
}

TEST(SelectBaseline, ASingleRunMayBeOfAnotherCommand) {
  auto base = run(1, {metric("service_vs_control", 1.0)});
  base.server = "build/base/server";
  const auto baseline = baseline_of(base, candidate(), "the run reports/1");
  EXPECT_EQ(baseline.runs, 1u);
  EXPECT_EQ(baseline.unlike, "");
  base.machine.cpu_model = "Other";
  EXPECT_THAT(baseline_of(base, candidate(), "x").unlike, HasSubstr("cpu_model"));
}

TEST(SelectBaseline, ARunOfAnotherBuildDoesNotPutThoseOfThisOneOutOfUse) {
  std::vector<RunSummary> runs;
  for (int day = 1; day <= 5; ++day) runs.push_back(run(day, {metric("service_vs_control", 1.0)}));
  runs.push_back(run(6, {metric("service_vs_control", 9.0)}));
  runs.back().version = "0.1.0+bftpd.00000000";
  const auto own = baseline_of(runs, candidate(), "h");
  EXPECT_EQ(own.runs, 5u);
  EXPECT_EQ(own.version, candidate().version);
  EXPECT_DOUBLE_EQ(own.metrics.at(0).value, 1.0);
  Candidate newer = candidate();
  newer.version = "0.2.0";
  EXPECT_EQ(baseline_of(runs, newer, "h").version, "0.1.0+bftpd.00000000") << "none of its own: the newest";
}

}  // namespace
}  // namespace bftp::history
