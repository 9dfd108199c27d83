#include "harness/measure/proc_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::measure {
namespace {

using testing::ElementsAre;

TEST(ProcTextTest, ReadsAStatLine) {
  const auto line = parse_stat_line(
      "17490 (a) Z 1 (cat) R 17438 17438 3681 0 -1 4194304 102 0 0 0 11 22 33 44 20 0 5 0 289448 3133440 375 "
      "18446744073709551615 94745551147008\n");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pid, 17490);
  EXPECT_EQ(line->parent, 17438);
  EXPECT_FALSE(line->zombie);
  EXPECT_EQ(line->user_ticks, 11u);
  EXPECT_EQ(line->system_ticks, 22u);
  EXPECT_EQ(line->children_user_ticks, 33u);
  EXPECT_EQ(line->children_system_ticks, 44u);
  EXPECT_EQ(line->threads, 5u);
  EXPECT_EQ(line->rss_pages, 375u);
}

TEST(ProcTextTest, RefusesWhatIsNoStatLine) {
  for (const char* text : {"", "12", "12 (x", "12 (x) S", "12 (x) S 1 2 3", ") S 1", "x (y) S 1 1 1"})
    EXPECT_FALSE(parse_stat_line(text)) << text;
}

TEST(ProcTextTest, ReadsLists) {
  EXPECT_THAT(parse_pids("12\n13\n4194304\n"), ElementsAre(12, 13, 4194304));
  EXPECT_THAT(parse_pids("12 13 "), ElementsAre(12, 13));
  EXPECT_THAT(parse_pids(""), ElementsAre());
}

TEST(ProcTextTest, FindsKeys) {
  EXPECT_EQ(value_of_key("usage_usec 5\nuser_usec 3\n", "user_usec"), 3u);
  EXPECT_EQ(value_of_key("Pss_Anon:  7 kB\nPss:   1234 kB\n", "Pss"), 1234u);
  EXPECT_EQ(value_of_key("VmHWM:\t    1780 kB\n", "VmHWM"), 1780u);
  EXPECT_FALSE(value_of_key("user_usec_total 3\n", "user_usec"));
  EXPECT_FALSE(value_of_key("", "user_usec"));
}

TEST(ProcTextTest, CountsGuestTimeOnce) {
  const auto ticks = parse_machine_ticks("cpu  100 20 30 400 50 6 7 8 90 10\ncpu0 1 2 3\n");
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->total, 621u);
  EXPECT_EQ(ticks->idle, 450u);
  EXPECT_EQ(ticks->steal, 8u);
  EXPECT_FALSE(parse_machine_ticks("intr 1 2\n"));
}

}  // namespace
}  // namespace bftp::measure
