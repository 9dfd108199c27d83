#include "harness/launch/last_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::launch {
namespace {

using testing::ElementsAre;

TEST(LastLinesTest, JoinsWhatArrivesInPieces) {
  LastLines lines;
  lines.add("one\nt");
  lines.add("wo\r\nthr");
  EXPECT_THAT(lines.get(), ElementsAre("one", "two", "thr"));
  EXPECT_EQ(lines.bytes_seen(), 12u);
}

TEST(LastLinesTest, KeepsTheLastLines) {
  LastLines lines;
  for (int i = 0; i < 1000; ++i) lines.add(std::to_string(i) + "\n");
  EXPECT_EQ(lines.get().size(), LastLines::lines_max);
  EXPECT_THAT(lines.get(2), ElementsAre("998", "999"));
}

TEST(LastLinesTest, CutsALineWithoutEnd) {
  LastLines lines;
  for (int i = 0; i < 1000; ++i) lines.add(std::string(1000, 'x'));
  EXPECT_THAT(lines.get(), ElementsAre(std::string(LastLines::line_bytes_max, 'x')));
  lines.add("\nnext\n");
  EXPECT_THAT(lines.get(1), ElementsAre("next"));
}

TEST(LastLinesTest, MakesHostileTextPrintable) {
  EXPECT_EQ(printable("\x1b[2Jhello\x07\t!"), "\\x1b[2Jhello\\x07    !");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(printable("broken \xff"), "broken \\xff");
}

}  // namespace
}  // namespace bftp::launch
