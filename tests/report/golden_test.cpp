/// Whole reports against files in golden/. After a wanted change run with BFTP_UPDATE_GOLDEN=1 and read the
/// difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "harness/report/html/page.hpp"
#include "harness/report/terminal.hpp"
#include "tests/report/render.hpp"
#include "tests/report/sample_comparison.hpp"

namespace bftp::report {
namespace {

constexpr Assets stubs{"/* Chart.js */", "/* report.css */", "/* report.js */"};

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(BFTP_SOURCE_DIR "/tests/report/golden/") + name;
  if (std::getenv("BFTP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing: run with BFTP_UPDATE_GOLDEN=1";
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(golden.str(), text)
      << "if the change is wanted, run with BFTP_UPDATE_GOLDEN=1 and read the difference";
}

TEST(ReportGolden, TerminalOfAFailedRun) {
  expect_golden("failing.txt", terminal_summary(samples::small_failing().report(), {.width = 100}));
}

TEST(ReportGolden, TerminalOfAHealthyRun) {
  expect_golden("healthy.txt", terminal_summary(samples::healthy().report(), {.width = 80}));
}

TEST(ReportGolden, TerminalOfAFailedHarness) {
  expect_golden("harness_failed.txt", terminal_summary(samples::harness_failed().report(), {.width = 80}));
}

TEST(ReportGolden, OneLine) {
  expect_golden("one_line.txt", one_line(samples::small_failing().report()) +
                                    one_line(samples::healthy().report()) +
                                    one_line(samples::harness_failed().report()));
}

TEST(ReportGolden, ChecksCsv) {
  expect_golden("failing.csv", render("csv", samples::small_failing()));
}

TEST(ReportGolden, RunJson) {
  expect_golden("failing.json", render("json", samples::small_failing()));
}

TEST(ReportGolden, Junit) {
  expect_golden("failing.junit.xml", render("junit", samples::small_failing()));
  expect_golden("harness_failed.junit.xml", render("junit", samples::harness_failed()));
}

TEST(ReportGolden, Markdown) {
  expect_golden("failing.md", render("markdown", samples::small_failing()));
  expect_golden("harness_failed.md", render("markdown", samples::harness_failed()));
}

TEST(ReportGolden, Explanation) {
  expect_golden("failing.explain.txt", render("explain", samples::small_failing()));
  expect_golden("healthy.explain.txt", render("explain", samples::healthy()));
  expect_golden("harness_failed.explain.txt", render("explain", samples::harness_failed()));
}

TEST(ReportGolden, Comparison) {
  const samples::Sample sample = samples::comparison();
  expect_golden("comparison.txt", terminal_summary(sample.report(), {.width = 110}));
  expect_golden("comparison.md", render("markdown", sample));
  expect_golden("comparison.csv", render("comparison", sample));
}

/// Without the charting library, style and script, which are files of their own.
TEST(ReportGolden, Page) {
  expect_golden("failing.html", html_page(samples::small_failing().report(), stubs));
  expect_golden("harness_failed.html", html_page(samples::harness_failed().report(), stubs));
}

}  // namespace
}  // namespace bftp::report
