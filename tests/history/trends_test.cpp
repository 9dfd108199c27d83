#include "harness/history/trends.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/history/sample_runs.hpp"

namespace bftp::history {
namespace {

using samples::metric;
using samples::run;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// 20 runs; from the 11th on the service time is a fifth longer.
std::vector<RunSummary> with_a_step() {
  std::vector<RunSummary> runs;
  for (int day = 1; day <= 20; ++day) {
    const double wobble = 0.01 * (day % 3);
    runs.push_back(
        run(day, {metric("service_vs_control", (day > 10 ? 1.2 : 1.0) + wobble, "get", "db.csv"),
                  metric("throughput_p50_mib_s", (day > 10 ? 800 : 1000) * (1 + wobble), "get", "db.csv")}));
    runs.back().metrics[1].higher_is_better = true;
  }
  return runs;
}

TEST(Trends, FindTheChangeAndNameItsCommits) {
  const auto trends = trends_of(with_a_step(), {});
  ASSERT_EQ(trends.trends.size(), 2u);
  const Trend& trend = trends.trends[0];
  EXPECT_EQ(trend.like.name, "service_vs_control");
  EXPECT_EQ(trend.unit, "ratio");
  ASSERT_EQ(trend.changes.size(), 1u);
  EXPECT_EQ(trend.changes[0].index, 10u);
  EXPECT_TRUE(for_the_worse(trend, trend.changes[0]));
  const std::string range = range_of(trends, trend, trend.changes[0]);
  EXPECT_THAT(range, HasSubstr("git log 000000000000..000000000000"));
  ASSERT_EQ(trends.trends[1].changes.size(), 1u);
  EXPECT_TRUE(for_the_worse(trends.trends[1], trends.trends[1].changes[0])) << "less throughput is worse";
}

TEST(Trends, AnotherReferenceServerIsNoChangeOfTheServer) {
  auto runs = with_a_step();
  for (std::size_t i = 10; i < runs.size(); ++i) runs[i].version = "0.1.0+bftpd.5e6f";
  const auto trends = trends_of(runs, {});
  EXPECT_TRUE(trends.trends[0].changes.empty()) << "the ratio is to the reference server";
  EXPECT_THAT(trends.other_reference, ElementsAre(10u));
  EXPECT_EQ(other_reference_text(trends, 10),
            "from 2026-01-11T12:00:00Z on the reference server is of version 0.1.0+bftpd.5e6f, no longer "
            "0.1.0");
  const Trend& raw = trends.trends[1];
  ASSERT_EQ(raw.changes.size(), 1u) << "what is not measured by it did change";
  EXPECT_THAT(range_of(trends, raw, raw.changes[0]), HasSubstr("where bftp-torture changed too"));
}

TEST(Trends, AChangeBesideAnotherReferenceServerIsFoundOnItsSide) {
  auto runs = with_a_step();
  for (std::size_t i = 0; i < 2; ++i) runs[i].version = "0.0.9";
  const auto trends = trends_of(runs, {});
  ASSERT_EQ(trends.trends[0].changes.size(), 1u);
  EXPECT_EQ(trends.trends[0].changes[0].index, 10u);
}

TEST(Trends, WithoutCommitsTheTimesSayWhere) {
  auto runs = with_a_step();
  runs[10].commit.reset();
  const auto trends = trends_of(runs, {});
  EXPECT_THAT(range_of(trends, trends.trends[0], trends.trends[0].changes.at(0)),
              HasSubstr("the run of 2026-01-11T12:00:00Z"));
}

TEST(Trends, AtOneCommitTheCommitIsNotToBlame) {
  auto runs = with_a_step();
  for (RunSummary& run : runs) run.commit = "abc";
  const auto trends = trends_of(runs, {});
  EXPECT_THAT(range_of(trends, trends.trends[0], trends.trends[0].changes.at(0)),
              HasSubstr("no commit explains it"));
}

TEST(Trends, UnlikeMachinesAreRefusedWithTheFieldsThatDiffer) {
  auto runs = with_a_step();
  for (std::size_t i = 0; i < 10; ++i) runs[i].machine.cpu_model = "Other CPU";
  const auto trends = trends_of(runs, {});
  EXPECT_EQ(trends.runs.size(), 10u);
  EXPECT_FALSE(trends.unlike_machines);
  ASSERT_EQ(trends.left_out.size(), 1u);
  EXPECT_EQ(trends.left_out[0].runs, 10u);
  EXPECT_THAT(trends.left_out[0].why,
              HasSubstr("cpu_model is \"Example CPU 3 GHz\" here and \"Other CPU\" there"));
  for (const Trend& trend : trends.trends) EXPECT_TRUE(trend.changes.empty());
}

TEST(Trends, AnyMachineShowsThemAndSaysSo) {
  auto runs = with_a_step();
  for (std::size_t i = 0; i < 10; ++i) runs[i].machine.cores = 64;
  TrendRequest request;
  request.any_machine = true;
  const auto trends = trends_of(runs, request);
  EXPECT_EQ(trends.runs.size(), 20u);
  EXPECT_TRUE(trends.unlike_machines);
  for (const Trend& trend : trends.trends) EXPECT_TRUE(trend.changes.empty());
}

TEST(Trends, OtherWorkStaysOutWhateverIsAskedFor) {
  auto runs = with_a_step();
  runs[0].work["clients"] = "99";
  TrendRequest request;
  request.any_machine = true;
  const auto trends = trends_of(runs, request);
  EXPECT_EQ(trends.runs.size(), 19u);
  ASSERT_EQ(trends.left_out.size(), 1u);
  EXPECT_THAT(trends.left_out[0].why, HasSubstr("clients"));
}

TEST(Trends, FiltersByMetricServerAndNumber) {
  auto runs = with_a_step();
  runs[19].server = "python3 other.py";
  TrendRequest request;
  request.metric = "service_vs_control";
  request.server = "./server";
  request.last = 5;
  const auto trends = trends_of(runs, request);
  EXPECT_EQ(trends.runs.size(), 5u);
  EXPECT_EQ(trends.runs.back().started_utc, "2026-01-19T12:00:00Z");
  EXPECT_EQ(trends.trends.size(), 1u);
  request.server.clear();
  EXPECT_EQ(trends_of(runs, request).runs.size(), 1u) << "else the newest run's server";
}

TEST(Trends, OnlyCompleteRunsCount) {
  auto runs = with_a_step();
  runs[19].state = "interrupted";
  EXPECT_EQ(trends_of(runs, {}).runs.size(), 19u);
}

TEST(Trends, NothingFromNothing) {
  const auto trends = trends_of({}, {});
  EXPECT_TRUE(trends.runs.empty());
  EXPECT_TRUE(trends.trends.empty());
}

TEST(Trends, OfRunsThatWereCutShortAreCounted) {
  auto runs = with_a_step();
  runs[3].state = runs[4].state = "interrupted";
  const auto trends = trends_of(runs, {});
  EXPECT_EQ(trends.runs.size(), 18u);
  ASSERT_EQ(trends.left_out.size(), 1u);
  EXPECT_EQ(trends.left_out[0].runs, 2u);
  EXPECT_THAT(trends.left_out[0].why, HasSubstr("did not come to their end (interrupted)"));
}

TEST(Trends, NamesOfCommitsStayWholeSoThatGitKnowsThem) {
  auto runs = with_a_step();
  runs[9].commit = "release-2026-0300";
  runs[10].commit = "release-2026-0301";
  const auto trends = trends_of(runs, {});
  EXPECT_THAT(range_of(trends, trends.trends[0], trends.trends[0].changes.at(0)),
              HasSubstr("(git log release-2026-0300..release-2026-0301)"));
}

TEST(Trends, ACommandThatChangedIsNamedInPlaceOfTheCommit) {
  auto runs = with_a_step();
  for (std::size_t i = 10; i < runs.size(); ++i) runs[i].server = "./server --threads 64";
  TrendRequest request;
  request.server = "./server";
  const auto trends = trends_of(runs, request);
  const std::string range = range_of(trends, trends.trends[0], trends.trends[0].changes.at(0));
  EXPECT_THAT(range, HasSubstr("from \"./server --port {port}\" to \"./server --threads 64\""));
  EXPECT_THAT(range, ::testing::Not(HasSubstr("git log")));
}

/// Their half of the error is shared by all of them: a test that cannot reach it finds nothing, ever.
TEST(Trends, AStepOfOneFileAmongHundredsIsFound) {
  std::vector<RunSummary> runs;
  for (int i = 0; i < 40; ++i) {
    std::vector<record::Metric> metrics;
    for (int file = 0; file < 150; ++file)
      metrics.push_back(metric("service_vs_control",
                               (file == 7 && i >= 20 ? 1.5 : 1.0) + 0.001 * ((i * 7 + file) % 11), "get",
                               fmt::format("file{}", file)));
    runs.push_back(run(1 + i % 28, std::move(metrics)));
  }
  const auto trends = trends_of(runs, {});
  std::size_t changes = 0;
  for (const Trend& trend : trends.trends) {
    if (trend.like.fixture != "file7") {
      EXPECT_TRUE(trend.changes.empty()) << trend.like.fixture;
      continue;
    }
    changes += trend.changes.size();
  }
  EXPECT_EQ(changes, 1u);
}

}  // namespace
}  // namespace bftp::history
