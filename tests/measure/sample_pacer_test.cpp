#include "harness/measure/sample_pacer.hpp"

#include <gtest/gtest.h>

namespace bftp::measure {
namespace {

using Seconds = SamplePacer::Seconds;

/// Runs a pacer for so long on an imagined clock; every sample costs what it costs.
struct Outcome {
  int quick = 0, full = 0;
  double cpu_s = 0;
};
Outcome run(const PacerSettings& settings, double span_s, double quick_cost_s, double full_cost_s) {
  SamplePacer pacer(settings);
  Outcome outcome;
  while (pacer.next_due().count() < span_s) {
    const Seconds now = pacer.next_due();
    const Detail detail = pacer.choose(now);
    const double cost = detail == Detail::full ? full_cost_s : quick_cost_s;
    (detail == Detail::full ? outcome.full : outcome.quick)++;
    outcome.cpu_s += cost;
    pacer.note(now, detail, Seconds(cost));
  }
  return outcome;
}

TEST(SamplePacerTest, KeepsTheRateWhenSamplesAreCheap) {
  const auto outcome = run({}, 100, 10e-6, 100e-6);
  EXPECT_NEAR(outcome.quick + outcome.full, 1000, 2);
  EXPECT_NEAR(outcome.full, 100, 12);
}

TEST(SamplePacerTest, TakesFullSamplesMoreRarelyWhenTheyAreDear) {
  const auto outcome = run({}, 100, 10e-6, 30e-3);
  EXPECT_NEAR(outcome.full, 10, 2);
  EXPECT_LT(outcome.cpu_s, 1.0);
}

TEST(SamplePacerTest, SlowsDownForAHugeTree) {
  const auto outcome = run({}, 1000, 20e-3, 100e-3);
  EXPECT_LT(outcome.cpu_s, 10.0) << "a hundredth of a core";
  EXPECT_GT(outcome.quick, 200);
}

TEST(SamplePacerTest, SkipsWhatItMissed) {
  SamplePacer pacer(PacerSettings{});
  pacer.note(Seconds(0), Detail::quick, Seconds(1e-6));
  EXPECT_NEAR(pacer.next_due().count(), 0.1, 1e-9);
  pacer.note(Seconds(5.05), Detail::quick, Seconds(1e-6));
  EXPECT_NEAR(pacer.next_due().count(), 5.1, 1e-9) << "on the grid, not in a burst";
}

}  // namespace
}  // namespace bftp::measure
