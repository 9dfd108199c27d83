#include "harness/judge/neighbours.hpp"

#include <gtest/gtest.h>

#include "record_builder.hpp"

namespace bftp::judge::testing {
namespace {

TEST(NeighbourNoise, IsSmallOnACalmMachineAndSeesTheOther) {
  RecordBuilder builder;
  builder.rounds = 21;
  builder.ops = {record::Op::get};
  builder.files = {{"small.bin", 2599}};
  builder.scheduler_noise = 0;
  const auto calm = neighbour_noise(builder.build());
  ASSERT_TRUE(calm);
  EXPECT_EQ(calm->pairs, 10u) << "20 blocks after the warm-up, each in one pair";
  EXPECT_LT(calm->difference_share, 0.2);
  builder.extra_ms = [](const Ask& ask, RecordBuilder::Random&) {
    return ask.round % 2 == 0 ? 1.0 : 0.0;
  };
  EXPECT_GT(neighbour_noise(builder.build())->difference_share, 0.5);
}

TEST(NeighbourNoise, NothingFromNothing) {
  EXPECT_FALSE(neighbour_noise(record::RunRecord()));
}

}  // namespace
}  // namespace bftp::judge::testing
