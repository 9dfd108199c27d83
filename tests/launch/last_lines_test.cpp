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

TEST(LastLinesTest, SkipsWhatABlockItselfPushesOut) {
  std::string block;
  for (int i = 0; i < 1000; ++i) block += std::to_string(i) + "\n";
  LastLines at_once, by_lines;
  at_once.add("before");
  at_once.add(block + "un");
  at_once.add("finished");
  by_lines.add("before");
  for (const char letter : block + "unfinished") by_lines.add({&letter, 1});
  EXPECT_EQ(at_once.get(), by_lines.get());
  EXPECT_EQ(at_once.bytes_seen(), by_lines.bytes_seen());
  EXPECT_THAT(at_once.get(2), ElementsAre("999", "unfinished"));
}

TEST(LastLinesTest, TakesExactlyAsManyLinesAsItKeeps) {
  std::string block;
  for (std::size_t i = 0; i < LastLines::lines_max; ++i) block += "x\n";
  for (const char* before : {"", "y", "y\n"}) {
    LastLines lines;
    lines.add(before);
    lines.add(block);
    EXPECT_EQ(lines.get().size(), LastLines::lines_max);
    EXPECT_EQ(lines.get().front(), std::string(before) == "y" ? "yx" : "x");
  }
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
