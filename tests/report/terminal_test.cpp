#include "harness/report/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "harness/report/escape.hpp"
#include "tests/report/sample_report.hpp"

namespace bftp::report::terminal_test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(ReportTerminal, TheVerdictComesFirst) {
  EXPECT_THAT(terminal_summary(samples::failing().report()),
              testing::StartsWith("FAILED  3 of 14 checks failed"));
  EXPECT_THAT(terminal_summary(samples::healthy().report()),
              testing::StartsWith("PASSED  All 12 checks passed"));
  EXPECT_THAT(terminal_summary(samples::harness_failed().report()), testing::StartsWith("NOT JUDGED  "));
}

TEST(ReportTerminal, NoLineIsWiderThanTheTerminalButCommands) {
  for (const unsigned width : {40u, 80u, 132u}) {
    for (const auto& line : lines_of(terminal_summary(samples::failing().report(), {.width = width}))) {
      if (line.find("See again") != std::string::npos) continue;
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(ReportTerminal, HostileTextStaysText) {
  for (const bool colour : {false, true}) {
    std::string text = terminal_summary(samples::failing().report(), {.colour = colour});
    for (const char* ours :
         {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m"}) {
      for (std::size_t at = 0; colour && (at = text.find(ours, at)) != std::string::npos;) {
        text.erase(at, std::string_view(ours).size());
      }
    }
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
    EXPECT_THAT(text, testing::HasSubstr("\\x1b]0;owned"));
  }
}

TEST(ReportTerminal, ColourOnlyWhenAsked) {
  EXPECT_EQ(terminal_summary(samples::healthy().report()).find('\x1b'), std::string::npos);
  EXPECT_NE(terminal_summary(samples::healthy().report(), {.colour = true}).find("\x1b[32m"),
            std::string::npos);
}

TEST(ReportTerminal, AsciiOnlyWhenAsked) {
  const std::string text = terminal_summary(samples::failing().report(), {.unicode = false});
  EXPECT_TRUE(std::all_of(text.begin(), text.end(),
                          [](char byte) { return static_cast<unsigned char>(byte) < 0x80; }));
  EXPECT_THAT(text, testing::HasSubstr("4 clients x 100 iterations"));
}

TEST(ReportTerminal, FailuresAreExplainedWithTheCommand) {
  const std::string text = terminal_summary(samples::failing().report());
  EXPECT_THAT(text, testing::HasSubstr("Likely cause"));
  EXPECT_THAT(text,
              testing::HasSubstr("bftp-torture run --server 'python3 server.py --port {port} --root {root}' "
                                 "--iterations 200\n"))
      << "a command is one line, however wide";
  EXPECT_THAT(text, testing::HasSubstr("The server ended by signal 11 (SIGSEGV)"));
}

TEST(ReportTerminal, OneLineIsOneLine) {
  for (const auto& sample : {samples::failing(), samples::healthy(), samples::harness_failed()}) {
    const std::string text = one_line(sample.report());
    EXPECT_EQ(lines_of(text).size(), 1u);
    EXPECT_EQ(text.back(), '\n');
  }
  EXPECT_THAT(one_line(samples::failing().report()), testing::HasSubstr("identity.copies"));
}

}  // namespace
}  // namespace bftp::report::terminal_test
