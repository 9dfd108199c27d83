#include "harness/report/wrap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::report {
namespace {

using ::testing::ElementsAre;

TEST(Wrap, BreaksBetweenWordsAndAtLineEnds) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one\ntwo", 7), ElementsAre("one", "two"));
  EXPECT_THAT(wrap("", 7), ElementsAre());
}

TEST(Wrap, BreaksLongWordsWhereTheyFillTheLine) {
  EXPECT_THAT(wrap("abcdefgh", 7), ElementsAre("abcdefg", "h"));
  EXPECT_THAT(wrap("abcdefghijklmnop", 7), ElementsAre("abcdefg", "hijklmn", "op"));
}

TEST(Wrap, KeepsIndentationAndBars) {
  EXPECT_THAT(wrap("it said:\n| one two three\n| \n| end", 9),
              ElementsAre("it said:", "| one two", "| three", "| ", "| end"));
  EXPECT_THAT(wrap("| abcdefgh", 6), ElementsAre("| abcd", "| efgh"));
  EXPECT_THAT(wrap("  | abcdefgh\n  k: v w", 7),
              ElementsAre("  | abc", "  | def", "  | gh", "  k: v", "  w"));
  EXPECT_THAT(wrap("       ab", 4), ElementsAre("", "  ab")) << "no room for all of it";
  EXPECT_THAT(wrap("a\n\nb", 6), ElementsAre("a", "", "b"));
}

TEST(Wrap, LeavesCharactersWhole) {
  EXPECT_THAT(wrap("abcdefé", 6), ElementsAre("abcdef", "é"));
  EXPECT_THAT(wrap("éééé", 2), ElementsAre("éé", "éé"));
  EXPECT_THAT(wrap("漢字", 1), ElementsAre("漢", "字")) << "wider than the line: one each, and an end";
}

}  // namespace
}  // namespace bftp::report
