#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "harness/record/csv.hpp"
#include "harness/report/comparison_table.hpp"
#include "harness/report/comparison_text.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/html/page.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/terminal.hpp"
#include "tests/report/render.hpp"
#include "tests/report/sample_comparison.hpp"

namespace bftp::report {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Assets stubs{"/* Chart.js */", "/* report.css */", "/* report.js */"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(ComparisonReport, SampleFailsOneGateAndCannotTellTheOther) {
  const samples::Sample sample = samples::comparison();
  EXPECT_EQ(sample.exit_code, 1);
  EXPECT_EQ(count_statuses(sample.verdicts).fail, 1u);
  EXPECT_EQ(count_statuses(sample.verdicts).inconclusive, 1u);
}

TEST(ComparisonReport, TableFitsItsWidthAndNamesEachWork) {
  for (const std::size_t width : {70u, 100u, 120u}) {
    std::string all;
    for (const TableLine& line : comparison_table(samples::comparison().record, width)) {
      EXPECT_LE(display_width(line.text), width);
      all += line.text + "\n";
    }
    EXPECT_THAT(all, AllOf(HasSubstr("GET of size_4096.bin, 1 client"), HasSubstr("memory of a round")));
  }
}

TEST(ComparisonReport, NoWidthCutsAnAnswer) {
  for (const std::size_t width : {60u, 80u, 100u}) {
    std::string all;
    for (const TableLine& line : comparison_table(samples::comparison().record, width)) {
      EXPECT_LE(display_width(line.text), width) << line.text;
      all += line.text + "\n";
    }
    EXPECT_THAT(all, ::testing::Not(HasSubstr("…"))) << width;
    EXPECT_THAT(all, HasSubstr("slower")) << width;
  }
}

TEST(ComparisonReport, HeadlineCountsTheAnswers) {
  EXPECT_THAT(
      headline(samples::comparison().report()),
      AllOf(HasSubstr("Head against base: 4 figures slower or heavier"), HasSubstr("the same within 2 %")));
  EXPECT_THAT(headline(samples::comparison_cut_short().report()), HasSubstr("no round came to its end"));
}

TEST(ComparisonReport, HeadlineTellsTheMarginOfMemoryGrowth) {
  record::RunRecord record = samples::comparison().record;
  for (auto& round : record.comparison->arm_rounds) round.end_mib = round.middle_mib;
  EXPECT_THAT(comparison_headline(record),
              HasSubstr("figures the same within 2 %, memory growth the same within 256 B"));
}

TEST(ComparisonReport, ShowsNoFigureWhereTransfersFailed) {
  const samples::Sample sample = samples::comparison_with_failures();
  std::string table;
  for (const TableLine& line : comparison_table(sample.record, 120)) table += line.text + "\n";
  EXPECT_THAT(table, AllOf(HasSubstr("–"), HasSubstr("transfers failed  cannot tell\n")));
  EXPECT_THAT(headline(sample.report()), HasSubstr("10 figures that cannot be told"));
  EXPECT_THAT(method_text(sample.record),
              HasSubstr("In 192 of these pairs transfers failed; no figure rests on those."));
  EXPECT_THAT(render("comparison", sample),
              HasSubstr("cpu,get,oliver_twist.txt,1,ms,,,ratio,,,,,0,0,cannot tell"));
}

TEST(ComparisonReport, PromisesNothingOfVerdictsThatItDoesNotHave) {
  EXPECT_THAT(method_text(samples::comparison().record), HasSubstr("wrong in at most 1 %"));
  EXPECT_THAT(method_text(samples::comparison_cut_short().record), Not(HasSubstr("wrong in at most 1 %")));
  EXPECT_THAT(method_text(samples::comparison_with_failures().record),
              Not(HasSubstr("wrong in at most 1 %")));
}

TEST(ComparisonReport, EveryFormatTakesBothSamples) {
  for (const samples::Sample& sample :
       {samples::comparison(), samples::comparison_cut_short(), samples::comparison_with_failures()}) {
    for (const Format& format : all_formats())
      EXPECT_FALSE(format.render(sample.report()).empty()) << format.name;
    EXPECT_FALSE(terminal_summary(sample.report()).empty());
    EXPECT_FALSE(one_line(sample.report()).empty());
  }
}

TEST(ComparisonReport, ShowsNothingOfAServersWordsAsMarkup) {
  const samples::Sample sample = samples::comparison();
  EXPECT_THAT(html_page(sample.report(), stubs),
              AllOf(Not(HasSubstr("'<script>\x1b")), HasSubstr("&lt;script&gt;")));
  EXPECT_THAT(terminal_summary(sample.report(), {.width = 100}), Not(HasSubstr("\x1b")));
}

TEST(ComparisonReport, PageHasAWhiskerForEachRowAndRoundsForEachVerdict) {
  const samples::Sample sample = samples::comparison();
  const std::string page = html_page(sample.report(), stubs);
  EXPECT_EQ(occurrences(page, "<svg class=\"whisker"), judge::compare(sample.record).size());
  EXPECT_EQ(occurrences(page, "<figure class=\"rounds"), 10u) << "4 figures of 2 kinds of work, and memory";
  EXPECT_THAT(page, AllOf(HasSubstr("id=\"comparison\""), Not(HasSubstr("style=\""))));
}

TEST(ComparisonReport, CsvHasARowForEachFigure) {
  const samples::Sample sample = samples::comparison();
  const auto lines = lines_of(render("comparison", sample));
  ASSERT_EQ(lines.size(), 1 + judge::compare(sample.record).size());
  const auto columns = record::split_csv_row(lines.front())->size();
  for (const std::string& line : lines) EXPECT_EQ(record::split_csv_row(line)->size(), columns) << line;
}

TEST(ComparisonReport, CsvIsNoFileOfOtherRuns) {
  const Format& format = *find_format("comparison");
  ASSERT_NE(format.applies, nullptr);
  EXPECT_FALSE(format.applies(samples::healthy().report()));
  EXPECT_TRUE(format.applies(samples::comparison().report()));
}

TEST(ComparisonReport, TellsCpuOfLargeFilesForAGib) {
  const samples::Sample sample = samples::comparison();
  for (const auto& row : judge::compare(sample.record)) {
    const std::string text = per_gib_text(row, row.base, sample.record);
    const bool large = row.metric->name == "cpu" && *row.fixture == 0;
    EXPECT_EQ(text.ends_with(" s/GiB"), large) << text;
  }
}

TEST(ComparisonReport, SaysThatTailsCarryNoVerdict) {
  EXPECT_THAT(method_text(samples::comparison().record), AllOf(HasSubstr("p99"), HasSubstr("24 rounds")));
}

}  // namespace
}  // namespace bftp::report
