#include "harness/report/medians.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Medians, OfOddAndEvenNumbers) {
  EXPECT_DOUBLE_EQ(median_of(std::vector{3.0, 1.0, 2.0}), 2);
  EXPECT_DOUBLE_EQ(median_of(std::vector{4.0, 1.0, 2.0, 3.0}), 2.5);
  EXPECT_DOUBLE_EQ(median_of(std::vector{7.0}), 7);
}

TEST(Medians, OfNeighboursCoverAllOfALongSeries) {
  EXPECT_THAT(medians_of_neighbours(std::vector{1.0, 2.0}, 5), ElementsAre(1, 2)) << "there is room for all";
  EXPECT_THAT(medians_of_neighbours(std::vector{1.0, 1.0, 9.0, 5.0, 5.0, 5.0, 5.0}, 2), ElementsAre(1, 5));
  std::vector<double> step(550, 1.0);
  std::fill(step.begin() + 440, step.end(), 2.0);
  const auto drawn = medians_of_neighbours(step, 400);
  ASSERT_EQ(drawn.size(), 400u);
  EXPECT_EQ(drawn.front(), 1);
  EXPECT_EQ(drawn.back(), 2) << "the end is in the picture";
  EXPECT_THAT(medians_of_neighbours(std::vector{1.0, 2.0}, 0), IsEmpty());
  EXPECT_THAT(medians_of_neighbours({}, 3), IsEmpty());
}

}  // namespace
}  // namespace bftp::report
