#include "harness/judge/pairs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/judge/family.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "record_builder.hpp"

namespace bftp::judge::testing::pairs_test {
namespace {

using record::Arm;
using ::testing::HasSubstr;

std::vector<PairPoint> pairs(const std::vector<double>& ratios) {
  std::vector<PairPoint> points;
  for (const double ratio : ratios)
    points.push_back({record::Op::get, {0}, static_cast<std::uint32_t>(points.size()), 0, std::log(ratio)});
  return points;
}

constexpr NoiseFloor quiet{0.02, 20};

TEST(Effect, OfAConstantSeriesIsItsValueWithoutWidth) {
  const auto effect = effect_of(pairs(std::vector<double>(10, 2)));
  ASSERT_TRUE(effect);
  EXPECT_DOUBLE_EQ(effect->ratio(), 2);
  EXPECT_DOUBLE_EQ(effect->ratio_low(), 2);
  EXPECT_DOUBLE_EQ(effect->ratio_high(), 2);
  EXPECT_EQ(standing(*effect, std::log(1.5), quiet), Standing::beyond);
  EXPECT_EQ(standing(*effect, std::log(2.0), quiet), Standing::within);
}

TEST(Effect, OfTwoPairsSpansAllThatWasSeen) {
  const auto effect = effect_of(pairs({1, 4}));
  ASSERT_TRUE(effect);
  EXPECT_NEAR(effect->ratio(), 2, 1e-12);
  EXPECT_FALSE(effect->log.range_certain);
  EXPECT_EQ(standing(*effect, std::log(1.5), quiet), Standing::unsettled);
}

TEST(Effect, IsRefusedWithoutPairsAndForWhatIsNoNumber) {
  EXPECT_FALSE(effect_of({}));
  auto broken = pairs({1, 2, 3});
  broken[1].log_ratio = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(effect_of(broken));
}

/// R 4.2: x <- log(c(1.8,2.1,1.9,2.4,2.0,1.7,2.2,2.3)); wilcox.test(x, mu=log(1.5),
/// alternative="greater")$p.value is 0.00390625 (all eight above: 1/2^8).
TEST(Effect, PBeyondIsOneSided) {
  const auto effect = effect_of(pairs({1.8, 2.1, 1.9, 2.4, 2.0, 1.7, 2.2, 2.3}));
  ASSERT_TRUE(effect);
  EXPECT_NEAR(p_beyond(*effect, std::log(1.5)), 1.0 / 256, 1e-12);
  EXPECT_NEAR(p_beyond(*effect, std::log(3.0)), 1, 0.01);
}

TEST(Standing, DoesNotClaimLessThanTheFloor) {
  const auto effect = effect_of(pairs(std::vector<double>(12, 1.05)));
  EXPECT_EQ(standing(*effect, 0, {std::log(1.02), 10}), Standing::beyond);
  EXPECT_EQ(standing(*effect, 0, {std::log(1.10), 10}), Standing::unsettled);
}

TEST(PairsWanted, GrowWithTheSquareOfTheWidth) {
  Effect effect;
  effect.pairs = 10;
  effect.log = {.value = 1.0, .range = {0.0, 2.0}, .range_certain = true};
  EXPECT_EQ(pairs_wanted(effect, 0.5, {0, 1}), 31u) << "twice too wide: four times the pairs";
  EXPECT_EQ(pairs_wanted(effect, -0.5, {-1, 1}), 0u) << "it is clear already";
  EXPECT_FALSE(pairs_wanted(effect, 1.0, {0, 1})) << "on the line";
}

TEST(RoundsFor, CountsPairsByTheRoundsThatWereRun) {
  auto points = pairs({1, 1, 1, 1});
  for (std::size_t i = 0; i < points.size(); ++i) points[i].round = static_cast<std::uint32_t>(i / 2);
  EXPECT_EQ(rounds_for(5, points), 3u);
  EXPECT_EQ(rounds_for(0, points), 1u);
}

TEST(Family, CorrectsAFailureThatComesByChance) {
  std::vector<Verdict> verdicts(4);
  for (Verdict& verdict : verdicts) verdict.status = Status::pass, verdict.p_value = 0.5;
  verdicts[1].status = Status::fail;
  verdicts[1].p_value = 0.02;
  correct_family(verdicts);
  EXPECT_EQ(verdicts[1].status, Status::inconclusive) << "0.08 after Holm";
  verdicts[1].status = Status::fail;
  verdicts[1].p_value = 0.01;
  correct_family(verdicts);
  EXPECT_EQ(verdicts[1].status, Status::fail) << "0.04 after Holm";
}

TEST(Family, LeavesAloneWhatHasNoTest) {
  std::vector<Verdict> verdicts(2);
  verdicts[0].status = Status::fail;
  verdicts[1].status = Status::pass;
  verdicts[1].p_value = 1;
  correct_family(verdicts);
  EXPECT_EQ(verdicts[0].status, Status::fail);
}

/// R: pchisq(-2*log(0.05*0.05), 4, lower=FALSE) is 0.01747866.
TEST(Family, FisherJoinsTwoPasses) {
  EXPECT_NEAR(p_of_both(0.05, 0.05), 0.01747866, 1e-7);
  EXPECT_DOUBLE_EQ(p_of_both(1, 1), 1);
  EXPECT_DOUBLE_EQ(p_of_both(0, 0.5), 0);
}

/// R: binom.test(5, 100, 0.02, alternative="greater")$p.value is 0.05083045; binom.test(1, 1, 0.3, ...) is
/// 0.3.
TEST(PAtLeast, IsTheExactTail) {
  EXPECT_NEAR(statistics::p_at_least(5, 100, 0.02).value(), 0.05083045, 1e-7);
  EXPECT_NEAR(statistics::p_at_least(1, 1, 0.3).value(), 0.3, 1e-12);
  EXPECT_DOUBLE_EQ(statistics::p_at_least(0, 10, 0.3).value(), 1);
  EXPECT_FALSE(statistics::p_at_least(0, 0, 0.3));
  EXPECT_FALSE(statistics::p_at_least(2, 1, 0.3));
  EXPECT_FALSE(statistics::p_at_least(1, 2, 1.5));
}

RecordBuilder beside_control() {
  RecordBuilder builder;
  builder.control = true;
  builder.confirmation = true;
  return builder;
}

TEST(BesideControl, EqualServersPassAndTheFloorIsSmall) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto builder = beside_control();
    builder.seed = seed;
    const auto record = builder.build();
    const auto verdicts = judge_all(record);
    EXPECT_FALSE(any(verdicts, Status::fail)) << listed(verdicts, Status::fail);
    EXPECT_FALSE(any(verdicts, Status::inconclusive)) << listed(verdicts, Status::inconclusive);
    const Verdict& control = find(verdicts, "harness.control");
    EXPECT_EQ(control.status, Status::pass) << control.summary;
    EXPECT_THAT(control.measured, HasSubstr("A/A: time "));
    EXPECT_FALSE(control.series.empty());
    const auto floor = time_floor({record, false});
    EXPECT_GT(floor.pairs, 20u);
    EXPECT_LT(floor.share(), 0.2);
  }
}

TEST(BesideControl, PairsBelongToNeighbouringBlocks) {
  const auto record = beside_control().build();
  const auto points = time_pairs({record, false}, Arm::server, Arm::control);
  EXPECT_EQ(points.size(), 9u * 2 * 4) << "steady rounds, ops, files";
  for (std::size_t i = 1; i < points.size(); ++i) EXPECT_LE(points[i - 1].start_s, points[i].start_s);
  EXPECT_EQ(cpu_pairs({record, false}, Arm::server, Arm::control).size(), 9u * 2 * 3) << "blocks";
}

TEST(BesideControl, AMachineThatBecomesSlowerForAllIsNoDrift) {
  auto builder = beside_control();
  builder.machine_factor = [](std::uint32_t round) {
    return 1 + 0.3 * round;
  };
  auto verdicts = judge_all(builder.build());
  EXPECT_NE(find(verdicts, "uniformity.drift").status, Status::fail);
  EXPECT_NE(find(verdicts, "cpu.growth").status, Status::fail);
  builder.control = false;
  verdicts = judge_all(builder.build());
  EXPECT_NE(find(verdicts, "uniformity.drift").status, Status::pass) << "alone it cannot be told";
}

TEST(BesideControl, AServerThatBecomesSlowerFailsAtATwentyPercentRiseAlready) {
  auto builder = beside_control();
  builder.scheduler_noise = 0;
  builder.extra_ms = [](const Ask& ask, RecordBuilder::Random&) {
    const double whole = 0.24 + static_cast<double>(ask.size) / 6e5;
    return whole * 0.08 * ask.round;
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& drift = find(verdicts, "uniformity.drift");
  EXPECT_EQ(drift.status, Status::fail) << drift.summary << drift.measured << drift.confidence;
  EXPECT_THAT(drift.limit, HasSubstr("20 %"));
  EXPECT_LT(drift.p_value.value(), 0.01);
}

TEST(BesideControl, CpuCostIsJudgedByTheRatio) {
  auto builder = beside_control();
  const auto times = [&](double factor) {
    builder.cpu_s = [factor](const Ask& ask) {
      return factor * RecordBuilder{}.cpu_s(ask);
    };
    return find(judge_all(builder.build()), "cpu.cost");
  };
  EXPECT_EQ(times(5).status, Status::pass);
  EXPECT_EQ(times(20).status, Status::warn);
  const Verdict costly = times(80);
  EXPECT_EQ(costly.status, Status::fail);
  EXPECT_THAT(costly.measured, HasSubstr("80 times the reference server's"));
}

TEST(BesideControl, SpeedWarnsBelowATwentieth) {
  auto builder = beside_control();
  builder.extra_ms = [](const Ask& ask, RecordBuilder::Random&) {
    return static_cast<double>(ask.size) * 4.7e-5;  // 30 times what it takes
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& speed = find(verdicts, "uniformity.speed");
  EXPECT_EQ(speed.status, Status::warn) << speed.measured;
  EXPECT_THAT(speed.summary, HasSubstr("times as long as from the reference server"));
}

TEST(BesideControl, AControlThatSpoilsCopiesCastsDoubtOnTheHarness) {
  auto record = beside_control().build();
  record::TransferRecord row;
  row.arm = Arm::control;
  row.identical = false;
  record.transfers.add(row);
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "harness.control").status, Status::warn);
  EXPECT_THAT(find(verdicts, "harness.control").summary, HasSubstr("suspect the harness"));
  EXPECT_EQ(find(verdicts, "identity.copies").status, Status::pass) << "the server is not blamed";
}

TEST(BesideControl, OnlyACertainDifferenceOfEqualServersIsWarnedOf) {
  auto record = beside_control().build();
  const auto stretch = [&record](const std::vector<double>& factors) {
    std::size_t at = 0;
    for (record::BlockRecord& block : record.blocks)
      if (block.arm == Arm::control_b && block.server_cpu_s)
        *block.server_cpu_s *= factors[at++ % factors.size()];
  };
  stretch({0.1, 3, 0.4, 8, 1.2, 0.2, 5});
  const Verdict noisy = find(judge_all(record), "harness.control");
  EXPECT_EQ(noisy.status, Status::pass) << "now this, now that: " << noisy.measured;
  EXPECT_THAT(noisy.summary, HasSubstr("Comparisons with it claim no less"));
  record = beside_control().build();
  stretch({3});
  const Verdict certain = find(judge_all(record), "harness.control");
  EXPECT_EQ(certain.status, Status::warn) << certain.measured;
  EXPECT_THAT(certain.happened, HasSubstr("certainly differed by"));
}

TEST(BesideControl, WithoutAControlTheCheckIsLeftOutAndSaysWhy) {
  auto record = RecordBuilder{}.build();
  EXPECT_EQ(find(judge_all(record), "harness.control").status, Status::skip);
  record.arms = {{.arm = Arm::control, .name = "reference server", .remark = "no space on the device"}};
  EXPECT_THAT(find(judge_all(record), "harness.control").summary, HasSubstr("no space on the device"));
}

TEST(RoundsWanted, IsTheMostOfWhatIsInconclusive) {
  std::vector<Verdict> verdicts(3);
  verdicts[0].status = Status::inconclusive, verdicts[0].rounds_wanted = 4;
  verdicts[1].status = Status::inconclusive, verdicts[1].rounds_wanted = 9;
  verdicts[2].status = Status::pass, verdicts[2].rounds_wanted = 50;
  EXPECT_EQ(rounds_wanted(verdicts), 9u);
  EXPECT_EQ(rounds_wanted({}), 0u);
}

/// Rounds of a short run, of which the first is a warm-up.
std::string confidence_of(std::uint32_t rounds, const char* id) {
  RecordBuilder builder;
  builder.control = true;
  builder.rounds = rounds;
  return find(judge_all(builder.build()), id).confidence;
}

TEST(Pairs, TooFewForAnIntervalClaimNoConfidence) {
  for (const char* id : {"cpu.cost", "uniformity.speed"}) {
    EXPECT_NE(confidence_of(4, id).find(", the lowest and highest of 3 pairs"), std::string::npos)
        << id << confidence_of(4, id);
    EXPECT_EQ(confidence_of(4, id).find("95 %"), std::string::npos) << id << confidence_of(4, id);
    EXPECT_NE(confidence_of(10, id).find(" at 95 % confidence, 9 pairs"), std::string::npos)
        << id << confidence_of(10, id);
  }
  for (const char* id : {"cpu.growth", "uniformity.drift"}) {
    EXPECT_NE(confidence_of(4, id).find(", the lowest and highest seen"), std::string::npos)
        << id << confidence_of(4, id);
    EXPECT_NE(confidence_of(10, id).find(" at 95 % confidence"), std::string::npos)
        << id << confidence_of(10, id);
  }
}

}  // namespace
}  // namespace bftp::judge::testing::pairs_test
