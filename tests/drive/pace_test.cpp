#include "harness/drive/pace.hpp"

#include <gtest/gtest.h>

namespace bftp::drive {
namespace {

TEST(Pace, AQuickServerHasAllItsIterations) {
  Pace pace(100);
  pace.note(9, 9, 9);
  EXPECT_EQ(pace.share(), 1);
}

TEST(Pace, ASlowOneHasWhatFitsIntoTheTimeThatIsLeft) {
  Pace pace(100);
  pace.note(40, 40, 6);
  EXPECT_DOUBLE_EQ(pace.share(), 0.25) << "six rounds in 60 s, 10 s each in place of 40 s";
  pace.note(10, 50, 5);
  EXPECT_DOUBLE_EQ(pace.share(), 0.25) << "as was foreseen";
  pace.note(5, 55, 3);
  EXPECT_DOUBLE_EQ(pace.share(), 0.75) << "it has become quicker";
  pace.note(200, 255, 2);
  EXPECT_DOUBLE_EQ(pace.share(), 0.01) << "no time is left, and the rounds take place";
}

TEST(Pace, WithoutABoundNothingIsLeftOut) {
  Pace pace(0);
  pace.note(1e6, 1e6, 9);
  EXPECT_EQ(pace.share(), 1);
}

TEST(Pace, NothingIsKnownFromARoundThatTookNoTimeOrWasTheLast) {
  Pace pace(1);
  pace.note(0, 5, 3);
  pace.note(5, 5, 0);
  EXPECT_EQ(pace.share(), 1);
}

}  // namespace
}  // namespace bftp::drive
