#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/report/render.hpp"

namespace bftp::report {
namespace {

TEST(ReportMarkdown, TheVerdictComesFirst) {
  EXPECT_THAT(render("markdown", samples::failing()), testing::StartsWith("## ❌ bftp-torture: FAILED\n"));
  EXPECT_THAT(render("markdown", samples::healthy()), testing::StartsWith("## ✅ bftp-torture: PASSED\n"));
}

TEST(ReportMarkdown, OnlyFailuresAreFoldedOut) {
  EXPECT_EQ(occurrences(render("markdown", samples::healthy()), "<details>"), 0u);
  const std::string text = render("markdown", samples::failing());
  EXPECT_EQ(occurrences(text, "<details>"), 6u) << "three failures, one inconclusive, one warning, the crash";
  EXPECT_EQ(occurrences(text, "</details>"), 6u);
}

/// Inside <pre> nothing is Markdown, so only what stands outside could become a link.
std::string without_preformatted(std::string text) {
  for (std::size_t from = 0; (from = text.find("<pre>", from)) != std::string::npos;) {
    text.erase(from, text.find("</pre>", from) + 6 - from);
  }
  return text;
}

TEST(ReportMarkdown, HostileTextIsHarmless) {
  const std::string text = render("markdown", samples::failing());
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find("<img"), std::string::npos);
  EXPECT_EQ(without_preformatted(text).find("](http"), std::string::npos);
  EXPECT_EQ(text.find("\x1b"), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

TEST(ReportMarkdown, ThePageStaysUnderTheLimit) {
  samples::Sample sample;
  for (int at = 0; at < 2'000; ++at) {
    judge::Verdict verdict;
    verdict.status = judge::Status::fail;
    verdict.id = "a." + std::to_string(at);
    verdict.happened = std::string(100'000, '<');
    sample.verdicts.push_back(std::move(verdict));
  }
  const std::string text = render("markdown", sample);
  EXPECT_LT(text.size(), 1u << 20);
  EXPECT_THAT(text, testing::HasSubstr("left out, since GitHub shows no summary above 1 MiB"));
  EXPECT_EQ(occurrences(text, "<details>"), occurrences(text, "</details>")) << "cut between parts only";
}

}  // namespace
}  // namespace bftp::report
