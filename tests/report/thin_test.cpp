#include "harness/report/charts/thin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace bftp::report {
namespace {

Points ramp(std::size_t count) {
  Points points;
  for (std::size_t at = 0; at < count; ++at)
    points.add(static_cast<double>(at), static_cast<double>(at % 10));
  return points;
}

bool holds(const Points& points, double x, double y) {
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (points.x[at] == x && points.y[at] == y) return true;
  }
  return false;
}

TEST(ReportThin, AShortSeriesIsOnlySorted) {
  Points points;
  points.add(2, 20), points.add(1, 10), points.add(3, NAN), points.add(INFINITY, 1);
  const Points kept = thin(points, 10);
  EXPECT_EQ(kept.x, (std::vector<double>{1, 2}));
  EXPECT_EQ(kept.y, (std::vector<double>{10, 20}));
  EXPECT_EQ(thin({}, 3).size(), 0u);
  EXPECT_EQ(thin_cloud({}, 4).size(), 0u);
}

TEST(ReportThin, OutliersSurvive) {
  Points points = ramp(100'000);
  points.y[12'345] = 1e6;
  points.y[77'777] = -1e6;
  for (const Points& kept : {thin(points, 300), thin_cloud(points, 300)}) {
    EXPECT_LE(kept.size(), 300u);
    EXPECT_GE(kept.size(), 250u);
    EXPECT_TRUE(holds(kept, 12'345, 1e6));
    EXPECT_TRUE(holds(kept, 77'777, -1e6));
    EXPECT_TRUE(std::is_sorted(kept.x.begin(), kept.x.end()));
  }
}

TEST(ReportThin, EveryKeptPointIsARealOne) {
  const Points points = ramp(5'000);
  for (const Points& kept : {thin(points, 99), thin_cloud(points, 99)}) {
    for (std::size_t at = 0; at < kept.size(); ++at) {
      EXPECT_EQ(kept.y[at], points.y[static_cast<std::size_t>(kept.x[at])]);
    }
  }
}

TEST(ReportThin, BucketsCoverTheWholeRange) {
  const Points kept = thin(ramp(10'000), 30);
  EXPECT_LT(kept.x.front(), 1'000);
  EXPECT_GE(kept.x.back(), 9'000);
}

TEST(ReportThin, OneXForAllIsOneBucket) {
  Points points;
  for (int at = 0; at < 100; ++at) points.add(5, at);
  const Points kept = thin(points, 9);
  EXPECT_EQ(kept.y, (std::vector<double>{0, 50, 99}));
}

/// Two levels, three quarters of the points on the lower one: the cloud's share must stay about that.
TEST(ReportThin, ACloudKeepsItsDensity) {
  Points points;
  for (std::size_t at = 0; at < 40'001; ++at)
    points.add(static_cast<double>(at), at * 2654435761u % 1000 < 250 ? 10.0 : 1.0);
  const Points kept = thin_cloud(points, 1'000);
  const auto low = std::count(kept.y.begin(), kept.y.end(), 1.0);
  EXPECT_GT(low, 500);
  EXPECT_LT(low, 620);
}

TEST(ReportThin, SmallSeriesGetAllTheyWant) {
  const std::vector<std::size_t> wanted{5, 1'000, 20, 1'000};
  EXPECT_EQ(share_budget(wanted, 225), (std::vector<std::size_t>{5, 100, 20, 100}));
  EXPECT_EQ(share_budget(wanted, 10'000), wanted);
  EXPECT_TRUE(share_budget({}, 10).empty());
}

}  // namespace
}  // namespace bftp::report
