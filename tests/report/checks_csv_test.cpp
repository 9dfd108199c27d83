#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "harness/record/csv.hpp"
#include "tests/report/render.hpp"

namespace bftp::report {
namespace {

samples::Sample one(std::string measured, std::string summary) {
  samples::Sample sample;
  judge::Verdict verdict;
  verdict.id = "a.b";
  verdict.measured = std::move(measured);
  verdict.summary = std::move(summary);
  sample.verdicts.push_back(std::move(verdict));
  return sample;
}

TEST(ReportChecksCsv, HasTheColumnsOfTheContract) {
  EXPECT_EQ(render("csv", samples::nothing()),
            "id,category,status,severity,measured,limit,confidence,summary\n");
}

TEST(ReportChecksCsv, CellsAreQuotedByRfc4180) {
  EXPECT_THAT(render("csv", one("8 of 6,400", "say \"no\"")),
              testing::EndsWith("a.b,identity,skip,info,\"8 of 6,400\",,,\"say \"\"no\"\"\"\n"));
}

TEST(ReportChecksCsv, FormulasAreDisarmed) {
  for (const std::string start : {"=", "+", "-", "@", "\t", "\r"}) {
    const std::string text = render("csv", one(start + "SUM(A1)", "x"));
    EXPECT_TRUE(text.find(",'" + start) != std::string::npos ||
                text.find(",\"'" + start) != std::string::npos)
        << start;
  }
}

TEST(ReportChecksCsv, EveryRowHasEightCells) {
  std::istringstream rows(render("csv", samples::failing()));
  std::size_t count = 0;
  for (std::string row; std::getline(rows, row); ++count) {
    const auto cells = record::split_csv_row(row);
    ASSERT_TRUE(cells) << row;
    EXPECT_EQ(cells->size(), 8u) << row;
  }
  EXPECT_EQ(count, samples::failing_verdicts().size() + 1);
}

}  // namespace
}  // namespace bftp::report
