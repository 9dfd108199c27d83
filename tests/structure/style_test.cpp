// House rules that a compiler does not check.
#include <gtest/gtest.h>

#include "tests/structure/source_tree.hpp"

namespace bftp::structure {
namespace {

constexpr std::size_t longest_file_lines = 600;
constexpr std::size_t widest_line_bytes =
    160;  // clang-format keeps columns to 110; UTF-8 and long strings need more bytes

TEST(Style, HeadersHaveOneGuard) {
  for (const SourceFile& file : source_files()) {
    if (!file.path.ends_with(".hpp")) continue;
    const auto guards = std::count(file.lines.begin(), file.lines.end(), "#pragma once");
    EXPECT_EQ(guards, 1) << file.path;
  }
}

TEST(Style, FilesStayShort) {
  for (const SourceFile& file : source_files())
    EXPECT_LE(file.lines.size(), longest_file_lines) << file.path << ": part it by concern";
}

TEST(Style, NoTabsNoTrailingBlanksNoWideLines) {
  for (const SourceFile& file : source_files())
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      EXPECT_EQ(line.find('\t'), std::string::npos) << file.path << ":" << i + 1;
      EXPECT_FALSE(line.ends_with(' ')) << file.path << ":" << i + 1;
      EXPECT_LE(line.size(), widest_line_bytes) << file.path << ":" << i + 1;
    }
}

TEST(Style, NothingIsLeftForLater) {
  // Put together from halves, so that this file does not find itself.
  const std::vector<std::string> words{std::string("TO") + "DO", std::string("FIX") + "ME",
                                       std::string("GTEST_") + "SKIP", std::string("DISA") + "BLED_"};
  for (const SourceFile& file : source_files())
    for (std::size_t i = 0; i < file.lines.size(); ++i)
      for (const std::string& word : words)
        EXPECT_EQ(file.lines[i].find(word), std::string::npos) << file.path << ":" << i + 1 << ": " << word;
}

}  // namespace
}  // namespace bftp::structure
