#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/report/render.hpp"

namespace bftp::report::github_annotations_test {
namespace {

using judge::Status;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

judge::Verdict verdict(std::string id, Status status, std::string summary = "It is so.") {
  judge::Verdict verdict;
  verdict.id = std::move(id);
  verdict.status = status;
  verdict.summary = std::move(summary);
  return verdict;
}

TEST(GithubAnnotations, AHealthyRunAnnotatesItsWarningOnly) {
  const auto lines = lines_of(render("github-annotations", samples::healthy()));
  for (const auto& line : lines) EXPECT_THAT(line, StartsWith("::notice title="));
}

TEST(GithubAnnotations, TheMostUrgentComeFirst) {
  samples::Sample sample;
  sample.exit_code = 1;
  sample.verdicts = {verdict("a.pass", Status::pass), verdict("b.warn", Status::warn),
                     verdict("c.inconclusive", Status::inconclusive), verdict("d.fail", Status::fail)};
  const auto lines = lines_of(render("github-annotations", sample));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "::error title=d.fail failed::It is so.");
  EXPECT_EQ(lines[1], "::warning title=c.inconclusive inconclusive::It is so.");
  EXPECT_EQ(lines[2], "::notice title=b.warn warning::It is so.");
}

TEST(GithubAnnotations, TenAtMostAndTheRestInTheLast) {
  samples::Sample sample;
  sample.exit_code = 1;
  for (int at = 0; at < 10; ++at) sample.verdicts.push_back(verdict("x." + std::to_string(at), Status::fail));
  EXPECT_EQ(lines_of(render("github-annotations", sample)).size(), 10u);
  for (int at = 10; at < 15; ++at)
    sample.verdicts.push_back(verdict("y." + std::to_string(at), Status::warn));
  const auto lines = lines_of(render("github-annotations", sample));
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_THAT(lines[9], StartsWith("::error title=6 more checks to look at::x.9 failed, y.10 warning, "));
  EXPECT_THAT(lines[9], HasSubstr("y.14 warning"));
}

/// Nothing that a server printed ends a line, begins a command, or adds a property.
TEST(GithubAnnotations, HostileWordsStayWords) {
  samples::Sample sample;
  sample.exit_code = 1;
  auto hostile =
      verdict("a,file=/etc/passwd::b:c", Status::fail,
              "100 %\r\n::set-env name=PATH::/tmp\n::stop-commands::x\x1b[31m" + samples::hostile_text);
  hostile.cause = "\n##[error]::add-mask::";
  sample.verdicts = {hostile};
  const std::string text = render("github-annotations", sample);
  const auto lines = lines_of(text);
  ASSERT_EQ(lines.size(), 1u) << text;
  EXPECT_THAT(lines[0], StartsWith("::error title=a%2Cfile=/etc/passwd%3A%3Ab%3Ac failed::100 %25"));
  for (const char c : lines[0]) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(GithubAnnotations, EachIsShort) {
  samples::Sample sample;
  sample.exit_code = 1;
  sample.verdicts = {verdict(std::string(5'000, 'i'), Status::fail, std::string(100'000, '%'))};
  EXPECT_LT(render("github-annotations", sample).size(), 4'096u);
}

TEST(GithubAnnotations, AFailedHarnessIsSaid) {
  EXPECT_THAT(render("github-annotations", samples::harness_failed()),
              StartsWith("::error title=bftp-torture%3A not judged::"));
}

TEST(GithubAnnotations, OfTheHostileSampleTooEveryLineIsACommand) {
  const auto lines = lines_of(render("github-annotations", samples::failing()));
  ASSERT_FALSE(lines.empty());
  EXPECT_LE(lines.size(), 10u);
  for (const auto& line : lines)
    EXPECT_TRUE(testing::Matches(testing::ContainsRegex("^::(error|warning|notice) title="))(line)) << line;
}

}  // namespace
}  // namespace bftp::report::github_annotations_test
