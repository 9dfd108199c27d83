#include "harness/judge/growth.hpp"

#include <gtest/gtest.h>

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
