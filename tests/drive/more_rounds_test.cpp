#include "harness/drive/more_rounds.hpp"

#include <gtest/gtest.h>

namespace bftp::drive {
namespace {

TEST(RoundsAffordable, WithoutATimeLimitTheRunMayGrowFourfold) {
  EXPECT_EQ(rounds_affordable(5, {.planned = 10, .done = 10}), 5u);
  EXPECT_EQ(rounds_affordable(100, {.planned = 10, .done = 10}), 30u);
  EXPECT_EQ(rounds_affordable(100, {.planned = 10, .done = 40}), 0u);
}

TEST(RoundsAffordable, LeavesTimeForTheRepeats) {
  const RoundsSoFar so_far{.planned = 10, .done = 10, .first_pass_s = 20, .now_s = 20, .max_time_s = 60};
  EXPECT_EQ(rounds_affordable(50, so_far), 10u)
      << "20 s are left beside the 20 s of the repeats, at 2 s a round";
  EXPECT_EQ(rounds_affordable(3, so_far), 3u);
}

TEST(RoundsAffordable, NoneWhenTimeIsUpOrNoneIsWanted) {
  EXPECT_EQ(
      rounds_affordable(5, {.planned = 10, .done = 10, .first_pass_s = 20, .now_s = 20, .max_time_s = 30}),
      0u);
  EXPECT_EQ(rounds_affordable(0, {.planned = 10, .done = 10}), 0u);
}

}  // namespace
}  // namespace bftp::drive
