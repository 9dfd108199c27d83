#include "harness/judge/statistics/mean_interval.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace bftp::judge::statistics {
namespace {

using Values = std::vector<double>;

TEST(MeanInterval, IsStudents) {
  // R: t.test(1:5)$conf.int; by hand 3 ± 2.776445 · 1.581139 / sqrt(5).
  const auto range = mean_interval(Values{5, 1, 4, 2, 3});
  ASSERT_TRUE(range);
  EXPECT_NEAR(range->low, 1.036757, 1e-6);
  EXPECT_NEAR(range->high, 4.963243, 1e-6);
  // R: t.test(c(0, 0, 0, 1), conf.level = 0.95)$conf.int; t of 3 degrees of freedom is 3.182446.
  const auto lump = mean_interval(Values{0, 0, 0, 1});
  ASSERT_TRUE(lump);
  EXPECT_NEAR(lump->low, -0.545612, 1e-6);
  EXPECT_NEAR(lump->high, 1.045612, 1e-6);
}

TEST(MeanInterval, OfAConstantIsThatConstant) {
  const auto range = mean_interval(Values{7, 7, 7});
  ASSERT_TRUE(range);
  EXPECT_EQ(range->low, 7);
  EXPECT_EQ(range->high, 7);
}

TEST(MeanInterval, RefusesWhatHasNoDeviation) {
  EXPECT_FALSE(mean_interval(Values{}));
  EXPECT_FALSE(mean_interval(Values{1}));
  EXPECT_FALSE(mean_interval(Values{1, 2, std::numeric_limits<double>::quiet_NaN()}));
}

}  // namespace
}  // namespace bftp::judge::statistics
