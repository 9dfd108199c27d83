#include "harness/report/format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/render.hpp"

namespace bftp::report {
namespace {

TEST(ReportFormat, EveryFormatIsRegistered) {
  std::vector<std::string> files;
  for (const Format& format : all_formats()) files.emplace_back(format.file_name);
  EXPECT_THAT(files, testing::UnorderedElementsAre("checks.csv", "comparison.csv", "benchmark.json",
                                                   "annotations.txt", "run.json", "junit.xml", "summary.md",
                                                   "index.html", "explain.txt"));
}

TEST(ReportFormat, NamesAreSortedAndFound) {
  for (std::size_t at = 1; at < all_formats().size(); ++at)
    EXPECT_LT(all_formats()[at - 1].name, all_formats()[at].name);
  for (const Format& format : all_formats()) EXPECT_EQ(find_format(format.name), &format);
  EXPECT_EQ(find_format("pdf"), nullptr);
}

TEST(ReportFormat, TheSameReportGivesTheSameBytes) {
  for (const Format& format : all_formats()) {
    EXPECT_EQ(render(format.name, samples::small_failing()), render(format.name, samples::small_failing()));
  }
}

/// A run that recorded nothing at all must still give every file.
TEST(ReportFormat, AnEmptyRunIsRendered) {
  const samples::Sample empty = samples::nothing();
  for (const Format& format : all_formats()) EXPECT_FALSE(render(format.name, empty).empty()) << format.name;
}

}  // namespace
}  // namespace bftp::report
