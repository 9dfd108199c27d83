#include "harness/judge/growth_rate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/judge/growth.hpp"
#include "seen_memory.hpp"

/// A leak is as fast in the repeats, a warm-up is not.
namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;

std::optional<double> pss_bytes(const record::ResourceSample& sample) {
  return *sample.pss_mib * 1024 * 1024;
}

GrowthRate rate(const record::RunRecord& record, bool confirmation, QuietKind kind = QuietKind::round) {
  QuietSeries series = quiet_series({record, confirmation}, pss_bytes);
  if (kind != QuietKind::round) {
    series = {};
    for (const auto& point : record.quiet_points) {
      const auto requests = static_cast<double>(point.transfers_before);
      const bool at_rest = !series.transfers.empty() && requests <= series.transfers.back();
      if (point.kind != kind || point.confirmation != confirmation || at_rest) continue;
      series.transfers.push_back(requests);
      series.values.push_back(*pss_bytes(point.sample));
    }
  }
  return rate_of(judge_growth(series, {256, 131072, 4096, 1048576}), "memory", 4096);
}

TEST(GrowthRate, OfTrueLeaksIsTheSameInTheRepeats) {
  for (const auto* points : {&small_leak, &growing_list, &growing_list_slower_at_first})
    for (const auto kind : {QuietKind::round, QuietKind::refused, QuietKind::aborted}) {
      const auto record = run_of(*points);
      EXPECT_FALSE(certainly_slower(rate(record, first, kind), rate(record, again, kind)))
          << (points == &small_leak) << static_cast<int>(kind);
    }
}

TEST(GrowthRate, OfARuntimeThatWarmsUpFalls) {
  // Broken transfers: 46.9 KiB of each, then 5.2.
  const auto record = run_of(java);
  EXPECT_TRUE(
      certainly_slower(rate(record, first, QuietKind::aborted), rate(record, again, QuietKind::aborted)));
  const auto go = run_of(go_http);
  EXPECT_TRUE(certainly_slower(rate(go, first), rate(go, again)));
}

TEST(GrowthRate, IsComparedWithinWhatCanBeRead) {
  const GrowthRate leak{"memory", 1000, {1000, 1000}, 0, {1000, 1000, 1000}};
  GrowthRate less{"memory", 990, {990, 990}, 0, {990, 990, 990}};
  EXPECT_TRUE(certainly_slower(leak, less));
  EXPECT_FALSE(certainly_slower(less, leak));
  less.resolution = 11;
  EXPECT_FALSE(certainly_slower(leak, less)) << "a page more or less";
  less.resolution = 0;
  less.what = "heap";
  EXPECT_FALSE(certainly_slower(leak, less)) << "something else";
}

TEST(GrowthRate, NeedsBothTheIntervalsAndThePaces) {
  const GrowthRate early{"memory", 10, {9, 11}, 0, {8, 12, 9, 11, 10}};
  EXPECT_FALSE(certainly_slower(early, {"memory", 8, {7, 9.5}, 0, {1, 1, 1, 1, 1}})) << "intervals touch";
  EXPECT_FALSE(certainly_slower(early, {"memory", 5, {4, 6}, 0, {1, 11, 1, 12, 5}})) << "paces mix";
  EXPECT_TRUE(certainly_slower(early, {"memory", 5, {4, 6}, 0, {5, 4, 6, 7, 5}}));
  EXPECT_FALSE(certainly_slower(early, {"memory", 5, {4, 6}, 0, {}}));
}

/// The whole way: both passes fail by themselves.
TEST(GrowthRate, ARepeatThatIsCertainlySlowerIsInconclusive) {
  std::vector<MemoryPoint> points = {{QuietKind::baseline, first, 0, 10}};
  const auto add = [&](double kib_first, double kib_again) {
    points.resize(1);
    double mib = 10;
    std::uint64_t done = 0;
    for (int round = 1; round <= 20; ++round) {
      mib += (round <= 10 ? kib_first : kib_again) * 160 / 1024;
      points.push_back({QuietKind::round, round > 10, done += 160, mib + (round % 3) * 0.01});
    }
  };
  const auto leak = [&] {
    return find(judge_all(run_of(points)), "memory.leak");
  };
  add(40, 8);
  EXPECT_EQ(leak().status, Status::inconclusive) << leak().summary;
  EXPECT_THAT(leak().summary, HasSubstr("certainly less"));
  EXPECT_THAT(leak().settle, HasSubstr("--iterations"));
  EXPECT_THAT(leak().confidence, HasSubstr("8 KiB per transfer"));
  add(8, 8);
  EXPECT_EQ(leak().status, Status::fail) << leak().summary;
  add(8, 40);
  EXPECT_EQ(leak().status, Status::fail) << leak().summary;
}

}  // namespace
}  // namespace bftp::judge::testing
