#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/report/charts/evidence_charts.hpp"
#include "harness/report/charts/resource_charts.hpp"
#include "harness/report/charts/transfer_charts.hpp"
#include "tests/report/sample_report.hpp"

namespace bftp::report {
namespace {

const Line* line_of(const View& view, std::string_view tone) {
  const auto found =
      std::find_if(view.lines.begin(), view.lines.end(), [&](const Line& line) { return line.tone == tone; });
  return found == view.lines.end() ? nullptr : &*found;
}

TEST(ReportCharts, TransfersHaveAViewForEachOpAndFixture) {
  const auto charts = transfer_charts(samples::failing().record);
  ASSERT_EQ(charts.size(), 3u);
  for (const Chart& chart : charts) EXPECT_EQ(chart.views.size(), 16u);
  EXPECT_EQ(charts[0].views[0].name, "db.csv") << "the one that moved most bytes comes first";
  EXPECT_EQ(charts[0].views[0].group, "GET");
  EXPECT_EQ(charts[0].views[8].group, "PUT");
}

TEST(ReportCharts, SpeedShowsClientsControlAndFailures) {
  const auto charts = transfer_charts(samples::failing().record);
  const View& text = charts[0].views[2];
  ASSERT_EQ(text.name, "oliver_twist.txt");
  EXPECT_EQ(text.y.label, "throughput, MiB/s");
  for (const char* tone : {"client-0", "client-3", "control", "different"})
    EXPECT_NE(line_of(text, tone), nullptr) << tone;
  EXPECT_NE(line_of(charts[0].views[0], "error"), nullptr);
  EXPECT_EQ(charts[0].views[7].y.label, "service time, ms") << "a small file is drawn by time";
}

TEST(ReportCharts, ManyClientsAreDrawnAsTheSlowestAndTheRest) {
  const auto charts =
      transfer_charts(samples::make_record({.clients = 12, .iterations = 10, .all_fixtures = false}));
  const View& view = charts[0].views[0];
  EXPECT_THAT(view.lines[0].label, testing::HasSubstr("the other 11 clients"));
  EXPECT_EQ(view.lines[1].label, "slowest client, 3");
  EXPECT_EQ(view.lines[0].points.size(), 110u);
}

TEST(ReportCharts, WithoutTransfersThereIsNoChart) {
  EXPECT_TRUE(transfer_charts(samples::harness_failed().record).empty());
  EXPECT_TRUE(resource_charts(samples::harness_failed().record).empty());
}

TEST(ReportCharts, ResourcesMarkBlocksAndQuietPoints) {
  const auto charts = resource_charts(samples::failing().record);
  ASSERT_EQ(charts.size(), 3u);
  EXPECT_EQ(charts[0].id, "memory");
  const View& memory = charts[0].views[0];
  ASSERT_NE(line_of(memory, "quiet"), nullptr);
  EXPECT_EQ(line_of(memory, "quiet")->points.size(), 7u) << "baseline, five rounds, settled";
  std::vector<std::string> kinds;
  for (const Band& band : memory.bands) kinds.push_back(band.kind);
  EXPECT_THAT(kinds, testing::IsSupersetOf({"block", "idle", "stalled"}));
}

TEST(ReportCharts, CpuIsAShareOfOneCore) {
  record::RunRecord record;
  for (int second = 0; second < 3; ++second) {
    record::ResourceSample sample;
    sample.time_s = second;
    sample.cpu_total_s = second * 0.5;
    record.samples.push_back(sample);
  }
  const auto charts = resource_charts(record);
  ASSERT_EQ(charts.size(), 1u) << "memory and handles have no reading";
  EXPECT_EQ(charts[0].id, "cpu");
  EXPECT_EQ(charts[0].views[0].lines[0].points.y, (std::vector<double>{50, 50}));
  EXPECT_EQ(charts[0].views[0].lines[0].points.x, (std::vector<double>{0.5, 1.5}));
}

TEST(ReportCharts, ARestartedServerHasNoNegativeCpu) {
  record::RunRecord record;
  for (const double total : {5.0, 6.0, 0.5}) {
    record::ResourceSample sample;
    sample.time_s = static_cast<double>(record.samples.size());
    sample.cpu_total_s = total;
    record.samples.push_back(sample);
  }
  EXPECT_EQ(resource_charts(record)[0].views[0].lines[0].points.y, (std::vector<double>{100}));
}

TEST(ReportCharts, EvidenceSharesAPictureWhenItsAxesAgree) {
  judge::Verdict verdict;
  verdict.id = "a.b";
  verdict.series = {{"one", "x", "ms", {1, 2}, {1, 2}},
                    {"two", "x", "ms", {1, 2}, {3, 4}},
                    {"three", "x", "MiB", {1}, {1}},
                    {"broken", "x", "ms", {1, 2}, {1}},
                    {"empty", "x", "ms", {}, {}}};
  const auto charts = evidence_charts(std::vector<judge::Verdict>{verdict});
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].id, "evidence-a.b");
  ASSERT_EQ(charts[0].views.size(), 2u);
  EXPECT_EQ(charts[0].views[0].lines.size(), 2u);
  EXPECT_EQ(charts[0].views[1].name, "three");
}

TEST(ReportCharts, EvidenceThatHoldsIsDrawnInSteps) {
  judge::Verdict verdict;
  verdict.id = "a.b";
  verdict.series = {{"one", "x", "bytes", {1, 2, 3}, {0, 5, 5}}, {"two", "x", "bytes", {1, 2, 3}, {0, 5, 5}}};
  verdict.series[1].holds = true;
  const auto charts = evidence_charts(std::vector<judge::Verdict>{verdict});
  ASSERT_EQ(charts.size(), 1u);
  ASSERT_EQ(charts[0].views[0].lines.size(), 2u);
  EXPECT_EQ(charts[0].views[0].lines[0].draw, Draw::line);
  EXPECT_EQ(charts[0].views[0].lines[1].draw, Draw::steps);
}

TEST(ReportCharts, ThinningKeepsTheWholeWithinItsBudget) {
  auto charts = transfer_charts(samples::failing().record);
  thin_lines(charts[0].views, 50, 1'000);
  EXPECT_LE(count_points(charts[0].views), 1'000u);
  for (const View& view : charts[0].views) {
    for (const Line& line : view.lines) EXPECT_LE(line.points.size(), 50u);
  }
}

}  // namespace
}  // namespace bftp::report
