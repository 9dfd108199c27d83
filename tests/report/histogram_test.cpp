#include "harness/report/charts/histogram.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace bftp::report {
namespace {

TEST(ReportHistogram, BordersHaveEqualRatios) {
  const std::vector<std::vector<double>> samples{{1, 10}, {100, 0, -5}};
  const auto borders = log_borders(samples, 2);
  ASSERT_EQ(borders.size(), 3u);
  EXPECT_DOUBLE_EQ(borders[0], 1);
  EXPECT_DOUBLE_EQ(borders[1], 10);
  EXPECT_DOUBLE_EQ(borders[2], 100);
}

TEST(ReportHistogram, OneValueStillHasAWidth) {
  const std::vector<std::vector<double>> samples{{5, 5}};
  const auto borders = log_borders(samples, 4);
  ASSERT_EQ(borders.size(), 5u);
  EXPECT_LT(borders.front(), 5);
  EXPECT_GT(borders.back(), 5);
  EXPECT_TRUE(log_borders({}, 4).empty());
}

TEST(ReportHistogram, SharesAddUpToAHundred) {
  const std::vector<double> values{1, 2, 3, 50, 99, 100, 1000, 0.1};
  const std::vector<double> borders{1, 10, 100};
  const Points steps = histogram_steps(values, borders);
  EXPECT_EQ(steps.x, borders);
  EXPECT_DOUBLE_EQ(std::accumulate(steps.y.begin(), steps.y.end(), 0.0), 100);
  EXPECT_DOUBLE_EQ(steps.y[0], 50) << "what lies below counts into the first bin";
  EXPECT_DOUBLE_EQ(steps.y.back(), 0);
}

TEST(ReportHistogram, TheTailEndsAtTheSlowest) {
  std::vector<double> values(1000);
  std::iota(values.begin(), values.end(), 1.0);
  const Points curve = tail_curve(values, 4);
  ASSERT_EQ(curve.size(), 4u);
  EXPECT_DOUBLE_EQ(curve.x[0], 1);
  EXPECT_DOUBLE_EQ(curve.y[0], 1);
  EXPECT_NEAR(curve.x[1], 10, 1e-9);
  EXPECT_NEAR(curve.y[1], 900.1, 1e-9) << "the quantile 0.9";
  EXPECT_DOUBLE_EQ(curve.y[3], 1000);
  EXPECT_EQ(tail_curve(std::vector<double>{3}, 4).size(), 1u);
}

}  // namespace
}  // namespace bftp::report
