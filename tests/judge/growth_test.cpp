#include "harness/judge/growth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace bftp::judge {
namespace {

using record::QuietKind;

std::optional<double> pss_mib(const record::ResourceSample& sample) {
  return sample.pss_mib;
}

void add(record::RunRecord& record, QuietKind kind, bool confirmation, std::uint64_t transfers, double mib) {
  record::QuietPoint point;
  point.kind = kind;
  point.confirmation = confirmation;
  point.transfers_before = transfers;
  point.sample.pss_mib = mib;
  record.quiet_points.push_back(point);
}

/// 64 KiB of each of 80 transfers a round, twice over; between the passes broken transfers leave 40 MiB
/// behind.
record::RunRecord leak_with_a_jump_between() {
  record::RunRecord record;
  add(record, QuietKind::baseline, false, 0, 2.7);
  for (int round = 1; round <= 6; ++round)
    add(record, QuietKind::round, false, 80 * static_cast<std::uint64_t>(round), 2.7 + 5.0 * round);
  add(record, QuietKind::settled, false, 480, 32.7);
  add(record, QuietKind::aborted, false, 0, 52);
  add(record, QuietKind::aborted, false, 364, 74.6);
  for (int round = 1; round <= 6; ++round)
    add(record, QuietKind::round, true, 480 + 80 * static_cast<std::uint64_t>(round), 74.6 + 5.0 * round);
  add(record, QuietKind::settled, true, 960, 104.6);
  add(record, QuietKind::aborted, true, 364, 146.4);
  return record;
}

TEST(Growth, WhatWasDoneBetweenThePassesIsNoPartOfTheRepeats) {
  const auto record = leak_with_a_jump_between();
  const auto series = quiet_series({record, true}, pss_mib);
  EXPECT_EQ(series.before, 74.6);
  EXPECT_EQ(series.transfers_before, 480);
  const GrowthLimits limits{256.0 / 1048576, 0.2, 4096.0 / 1048576, 1};
  for (const bool confirmation : {false, true}) {
    const auto growth = judge_growth(quiet_series({record, confirmation}, pss_mib), limits);
    EXPECT_EQ(growth.kind, GrowthKind::leak) << confirmation;
    EXPECT_NEAR(growth.line->slope, 1.0 / 16, 1e-9) << confirmation;
  }
}

TEST(Growth, AJumpBetweenThePassesAloneIsNoLeak) {
  record::RunRecord record = leak_with_a_jump_between();
  for (auto& point : record.quiet_points)
    if (point.confirmation) point.sample.pss_mib = 74.6;
  const GrowthLimits limits{256.0 / 1048576, 0.2, 4096.0 / 1048576, 1};
  EXPECT_EQ(judge_growth(quiet_series({record, true}, pss_mib), limits).kind, GrowthKind::flat);
}

/// After each of ten rounds of 256 transfers, bytes: what `held` says.
QuietSeries ten_rounds(double (*held)(double transfers)) {
  QuietSeries series;
  for (int round = 1; round <= 10; ++round) {
    series.transfers.push_back(256.0 * round);
    series.values.push_back(held(256.0 * round));
  }
  return series;
}

constexpr double kib = 1024, mib = 1024 * kib;
const GrowthLimits sharp{256, 128 * kib, 4096, 1 * mib};

TEST(AfterWarmUp, ALeakBesideACacheThatFillsGoesOn) {
  const auto series = ten_rounds([](double n) { return std::min(60 * mib, n * 60 * kib) + n * 4 * kib; });
  ASSERT_EQ(judge_growth(series, sharp).kind, GrowthKind::plateau);
  const auto growth = growth_after_warm_up(series, sharp);
  ASSERT_TRUE(growth);
  EXPECT_EQ(growth->kind, GrowthKind::leak);
  EXPECT_NEAR(growth->line->slope, 4 * kib, 1);
  EXPECT_EQ(growth->points, 5u);
}

TEST(AfterWarmUp, WhatApproachesAPlateauDoesNot) {
  EXPECT_FALSE(
      growth_after_warm_up(ten_rounds([](double n) { return std::min(60 * mib, n * 60 * kib); }), sharp));
  double (*const approaches[])(double) = {[](double n) { return 60 * mib * (1 - std::exp(-n / 300)); },
                                          [](double n) { return 60 * mib * (1 - std::exp(-n / 600)); },
                                          [](double n) { return 60 * mib * (1 - std::exp(-n / 900)); },
                                          [](double n) {
                                            return 60 * mib * (1 - std::exp(-n / 1100));
                                          }};
  for (const auto held : approaches) EXPECT_FALSE(growth_after_warm_up(ten_rounds(held), sharp));
}

TEST(AfterWarmUp, IsAskedOfAWholeFirstPassThatLevelledOffAlone) {
  const auto steady = ten_rounds([](double n) { return n * 4 * kib; });
  EXPECT_FALSE(growth_after_warm_up(steady, sharp)) << "a leak from the start is one already";
  auto repeats = ten_rounds([](double n) { return std::min(60 * mib, n * 60 * kib) + n * 4 * kib; });
  auto few = repeats;
  repeats.before = 0;
  EXPECT_FALSE(growth_after_warm_up(repeats, sharp));
  few.transfers.resize(6);
  few.values = {10 * mib, 20 * mib, 30 * mib, 30 * mib + 64 * kib, 30 * mib + 256 * kib, 31 * mib};
  EXPECT_FALSE(growth_after_warm_up(few, sharp)) << "three points are no second half";
}

TEST(LimitSlope, BeginsWhereTheGrowthIsJudgedFrom) {
  const auto series = ten_rounds([](double n) { return n * 4 * kib; });
  const auto limit = limit_slope(judge_growth(series, sharp), 256, 1, "bytes");
  EXPECT_EQ(limit.x, (std::vector<double>{512, 2560})) << "the first round is left out";
  EXPECT_EQ(limit.y, (std::vector<double>{512 * 4 * kib, 512 * 4 * kib + 2048 * 256}));
}

TEST(Outpaces, TakesTwoStepsForTwoEvents) {
  const GrowthLimits limits{256, 128 * 1024.0, 4096, 1024 * 1024.0};
  QuietSeries steps, line;
  for (int round = 0; round <= 18; ++round) {
    steps.transfers.push_back(60.0 * (round + 1));
    line.transfers.push_back(60.0 * (round + 1));
    steps.values.push_back((round < 7 ? 0 : round < 13 ? 1 : 2) * 262144.0);
    line.values.push_back(round * 30000.0);
  }
  const Growth two_steps = judge_growth(steps, limits);
  EXPECT_EQ(two_steps.kind, GrowthKind::leak) << "the slope alone is certain";
  EXPECT_FALSE(outpaces(two_steps, 256));
  EXPECT_TRUE(outpaces(judge_growth(line, limits), 256));
  EXPECT_FALSE(outpaces(judge_growth(line, limits), 501));
  EXPECT_FALSE(outpaces(Growth{}, 0));
  for (std::size_t i = 8; i < line.values.size(); ++i) line.values[i] += 262144;
  EXPECT_TRUE(outpaces(judge_growth(line, limits), 256)) << "a lump among them excuses no leak";
}

}  // namespace
}  // namespace bftp::judge
