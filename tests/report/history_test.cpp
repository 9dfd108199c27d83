/// A history for people and for programs: terminal, page, JSON, CSV.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "harness/report/history/history_data.hpp"
#include "harness/report/history/history_page.hpp"
#include "harness/report/history/history_text.hpp"
#include "tests/history/sample_runs.hpp"
#include "tests/report/sample_report.hpp"

namespace bftp::report {
namespace {

using history::samples::metric;
using history::samples::run;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<history::RunSummary> runs() {
  std::vector<history::RunSummary> all;
  for (int day = 1; day <= 20; ++day)
    all.push_back(
        run(day, {metric("service_vs_control", (day > 10 ? 1.2 : 1.0) + 0.01 * (day % 3), "get", "db.csv"),
                  metric("memory_rest_mib", 6.0)}));
  all.back().exit_code = 1;
  all.back().checks.push_back({"memory.leak", "memory", "fail", "1 MiB"});
  return all;
}

TEST(HistoryText, DrawsASparkline) {
  EXPECT_EQ(sparkline(std::vector{1.0, 2.0, 3.0}, 10, true), "▁▅█");
  EXPECT_EQ(sparkline(std::vector{1.0, 2.0, 3.0}, 10, false), "_=#");
  EXPECT_EQ(sparkline(std::vector{5.0, 5.0}, 10, false), "==");
  EXPECT_EQ(sparkline(std::vector{9.0, 9.0, 1.0, 9.0, 2.0, 2.0, 2.0, 8.0}, 2, false), "#_")
      << "medians of neighbours where there is no room for all";
  EXPECT_EQ(sparkline({}, 10, true), "");
}

TEST(HistoryText, ListsRunsWithCommitVerdictAndFailedChecks) {
  const std::string text = runs_text(runs(), {.width = 120});
  EXPECT_THAT(text, HasSubstr("2026-01-20T12:00:00Z  00000000"));
  EXPECT_THAT(text, HasSubstr("memory.leak"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20);
  EXPECT_THAT(runs_text({}), HasSubstr("No run"));
}

TEST(HistoryText, ShowsTheNamesThatSomebodyGave) {
  auto all = runs();
  const std::string without = runs_text(all, {.width = 120});
  EXPECT_THAT(without, Not(HasSubstr(" run ")));
  all[3].name = "night";
  all[4].name = std::string(100, 'x');
  const std::string text = runs_text(all, {.width = 120});
  EXPECT_THAT(text, HasSubstr("  night  "));
  EXPECT_THAT(text, Not(HasSubstr(std::string(21, 'x'))));
  EXPECT_THAT(history_page(history::trends_of(all, {}), {"", "", ""}), HasSubstr("night"));
}

TEST(HistoryText, SaysWhatChangedWhereAndByHowMuch) {
  const auto trends = history::trends_of(runs(), {});
  const std::string text = trends_text(trends, false, {.width = 100, .unicode = false});
  EXPECT_THAT(text, HasSubstr("service_vs_control GET db.csv (ratio)"));
  EXPECT_THAT(text,
              HasSubstr("up, for the worse: 1.01 to 1.21 between 000000000000 and 000000000000 (git log "));
  EXPECT_THAT(text, HasSubstr("memory_rest_mib (MiB)"));
  EXPECT_THAT(text, HasSubstr("_.__.__.__#*##*##*##"));
}

TEST(HistoryText, SaysWhatWasLeftOut) {
  auto all = runs();
  all[0].machine.cores = 64;
  const std::string text = trends_text(history::trends_of(all, {}), true);
  EXPECT_THAT(
      text, HasSubstr("Left out: 1 run that ran on an unlike machine: cores is \"2\" here and \"64\" there"));
  EXPECT_THAT(text, HasSubstr("--any-machine"));
  history::TrendRequest request;
  request.any_machine = true;
  EXPECT_THAT(trends_text(history::trends_of(all, request), true),
              HasSubstr("CAUTION: runs of unlike machines"));
}

TEST(HistoryText, NothingHostileReachesTheTerminal) {
  auto all = runs();
  for (auto& one : all) {
    one.server = samples::hostile_text;
    one.commit = samples::hostile_text;
    one.machine.cpu_model = samples::hostile_text;
    one.metrics[0].fixture = samples::hostile_text;
    one.checks[0] = {samples::hostile_text, "identity", "fail", ""};
  }
  const std::string text = runs_text(all, {}) + trends_text(history::trends_of(all, {}), true);
  for (const char c : text)
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
}

TEST(HistoryPage, HoldsChartsChangesAndRuns) {
  const std::string page =
      history_page(history::trends_of(runs(), {}), {"/* chart */", "/* css */", "/* js */"});
  EXPECT_THAT(page, HasSubstr("data-chart=\"service_vs_control\""));
  EXPECT_THAT(page, HasSubstr("for the worse: 1.01 to 1.21"));
  EXPECT_THAT(page, HasSubstr("first after a change"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("memory.leak"));
  EXPECT_THAT(page, HasSubstr("</html>"));
}

TEST(HistoryPage, NothingHostileActs) {
  auto all = runs();
  for (auto& one : all) {
    one.server = one.folder = one.machine.hostname = samples::hostile_text;
    one.commit = samples::hostile_text;
    one.metrics[0].fixture = samples::hostile_text;
  }
  const std::string page = history_page(history::trends_of(all, {}), {"", "", ""});
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  const auto scripts = [&] {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = page.find("</script", at)) != std::string::npos; ++at) ++count;
    return count;
  }();
  EXPECT_EQ(scripts, 3u) << "data, library, ours";
}

TEST(HistoryPage, OfNothingIsAPageToo) {
  EXPECT_THAT(history_page({}, {"", "", ""}), HasSubstr("0 runs"));
}

TEST(HistoryJson, HoldsRunsTrendsAndChanges) {
  auto all = runs();
  all[0].commit.reset();
  const auto document = boost::json::parse(history_json(history::trends_of(all, {})));
  EXPECT_EQ(document.at("schema").as_string(), "bftp-torture/history");
  ASSERT_EQ(document.at("runs").as_array().size(), 20u);
  EXPECT_TRUE(document.at("runs").at(0).at("commit").is_null());
  const auto& trend = document.at("trends").at(0);
  EXPECT_EQ(trend.at("name").as_string(), "service_vs_control");
  EXPECT_EQ(trend.at("points").as_array().size(), 20u);
  ASSERT_EQ(trend.at("changes").as_array().size(), 1u);
  EXPECT_TRUE(trend.at("changes").at(0).at("worse").as_bool());
}

TEST(HistoryCsv, HasARowPerRunAndMetric) {
  auto all = runs();
  all[0].server = "=cmd()";
  all[0].metrics[1].low.reset();
  const std::string text = history_csv(all);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 41);
  EXPECT_THAT(text, HasSubstr("'=cmd()"));
  EXPECT_THAT(text, HasSubstr("memory_rest_mib,,,MiB,6,,6.06"));
}

}  // namespace
}  // namespace bftp::report
