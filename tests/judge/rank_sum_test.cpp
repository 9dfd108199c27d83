#include "harness/judge/statistics/rank_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace bftp::judge::statistics {
namespace {

using Values = std::vector<double>;

TEST(RankSum, IsExactForFewValues) {
  // R: wilcox.test(b, a, alternative = "less", exact = TRUE)$p.value; by hand, orders over all orders.
  EXPECT_NEAR(p_of_below(Values{6, 7, 8, 9, 10}, Values{1, 2, 3, 4, 5}), 1.0 / 252, 1e-12);
  EXPECT_NEAR(p_of_below(Values{5, 6, 7}, Values{1, 2, 3, 4}), 1.0 / 35, 1e-12);
  EXPECT_NEAR(p_of_below(Values{4, 6, 7}, Values{1, 2, 3, 5}), 2.0 / 35, 1e-12);
  EXPECT_NEAR(p_of_below(Values{3, 6, 7}, Values{1, 2, 4, 5}), 4.0 / 35, 1e-12);
  EXPECT_NEAR(p_of_below(Values{2}, Values{1}), 0.5, 1e-12);
  EXPECT_NEAR(p_of_below(Values{1, 2, 3, 4, 5}, Values{6, 7, 8, 9, 10}), 1.0, 1e-12);
}

TEST(RankSum, EqualValuesAreNotBelow) {
  EXPECT_NEAR(p_of_below(Values{1, 1, 1}, Values{1, 1, 1}), 1.0, 1e-12);
}

TEST(RankSum, LeastIsThatOfSamplesThatLieApart) {
  EXPECT_NEAR(least_p_of_below(2, 4), 1.0 / 15, 1e-12);
  EXPECT_NEAR(least_p_of_below(5, 5), 1.0 / 252, 1e-12);
  EXPECT_EQ(least_p_of_below(0, 5), 1);
}

TEST(RankSum, TheNormalApproximationContinuesTheExactOne) {
  Values a, b, longer_a, longer_b;
  for (int i = 0; i < 51; ++i) {
    (i < 50 ? a : longer_a).push_back(i + 0.25);
    (i < 50 ? b : longer_b).push_back(i - 6.3);
  }
  longer_a.insert(longer_a.end(), a.begin(), a.end());
  longer_b.insert(longer_b.end(), b.begin(), b.end());
  const double exact = p_of_below(a, b), normal = p_of_below(longer_a, longer_b);
  EXPECT_LT(exact, 0.05);
  EXPECT_NEAR(normal / exact, 1, 0.1);
}

TEST(RankSum, PathologicalSamplesSayNothing) {
  EXPECT_EQ(p_of_below({}, Values{1}), 1);
  EXPECT_EQ(p_of_below(Values{1}, {}), 1);
  EXPECT_EQ(p_of_below(Values{1, NAN}, Values{0}), 1);
}

}  // namespace
}  // namespace bftp::judge::statistics
