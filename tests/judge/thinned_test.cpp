#include "harness/judge/statistics/thinned.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace bftp::judge::statistics {
namespace {

TEST(Thinned, LeavesShortSeriesAlone) {
  EXPECT_EQ(thinned(std::vector<double>{3, 1, 2}, 3), (std::vector<double>{3, 1, 2}));
  EXPECT_TRUE(thinned(std::vector<double>{}, 3).empty());
}

TEST(Thinned, KeepsEveryNthInOrder) {
  std::vector<double> values(10);
  std::iota(values.begin(), values.end(), 0);
  EXPECT_EQ(thinned(values, 4), (std::vector<double>{0, 3, 6, 9}));
  EXPECT_LE(thinned(values, 9).size(), 9u);
}

}  // namespace
}  // namespace bftp::judge::statistics
