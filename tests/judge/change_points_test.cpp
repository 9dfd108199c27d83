#include "harness/judge/statistics/change_points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness/judge/statistics/periodicity.hpp"
#include "record_builder.hpp"

namespace bftp::judge::testing::change_points_test {
namespace {

using ::testing::HasSubstr;
using Random = RecordBuilder::Random;

std::vector<double> noise(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(uniform(random));
  return values;
}

TEST(ChangePoints, FindsTheStepWhereItIs) {
  auto values = noise(60, 1);
  for (std::size_t i = 40; i < values.size(); ++i) values[i] += 3;
  const auto changes = statistics::change_points(values);
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ(changes->front().at, 40u);
  EXPECT_NEAR(changes->front().after - changes->front().before, 3, 0.4);
  EXPECT_DOUBLE_EQ(changes->front().p, 0.001) << "no one of 999 permutations";
  EXPECT_TRUE(statistics::is_step(values, *changes, 0));
}

TEST(ChangePoints, FindsTwo) {
  auto values = noise(60, 2);
  for (std::size_t i = 20; i < 40; ++i) values[i] += 5;
  const auto changes = statistics::change_points(values);
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 2u);
  EXPECT_EQ((*changes)[0].at, 20u);
  EXPECT_EQ((*changes)[1].at, 40u);
}

TEST(ChangePoints, NoiseHasNone) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed)
    found += statistics::change_points(noise(60, seed))->empty() ? 0 : 1;
  EXPECT_LE(found, 4) << "p_max is 0.01";
}

TEST(ChangePoints, ASlopeIsNoStep) {
  auto values = noise(60, 3);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += 0.2 * static_cast<double>(i);
  const auto changes = statistics::change_points(values);
  ASSERT_TRUE(changes);
  for (std::size_t i = 0; i < changes->size(); ++i) {
    const double step = (*changes)[i].after - (*changes)[i].before;
    EXPECT_LT(step, 8) << "of 12 in all, none at once";
  }
  statistics::ChangePointOptions one;
  one.size_min = 5;
  const auto largest = statistics::change_points(values, one);
  ASSERT_TRUE(largest);
  for (std::size_t i = 0; i < largest->size(); ++i) EXPECT_FALSE(statistics::is_step(values, *largest, i));
}

TEST(ChangePoints, OutliersAreNoStep) {
  auto values = noise(60, 4);
  values[10] = values[30] = values[31] = 1e6;
  EXPECT_TRUE(statistics::change_points(values)->empty());
}

TEST(ChangePoints, PathologicalSeries) {
  EXPECT_TRUE(statistics::change_points(std::vector<double>{})->empty());
  EXPECT_TRUE(statistics::change_points(std::vector<double>{1, 2})->empty());
  EXPECT_TRUE(statistics::change_points(std::vector<double>(100, 7.0))->empty());
  EXPECT_FALSE(statistics::change_points(std::vector<double>{1, NAN, 3, 4, 5, 6, 7}));
  EXPECT_FALSE(statistics::change_points(std::vector<double>{1, INFINITY, 3, 4, 5, 6, 7}));
  EXPECT_FALSE(statistics::change_points(std::vector<double>(statistics::change_points_values_max + 1, 1.0)));
}

TEST(Recurrence, FindsThePeriodOfEventsOfWhichHalfWereMissed) {
  Random random(5);
  std::vector<double> seconds;
  for (int k = 0; k < 60; ++k)
    if (uniform(random) < 0.5) seconds.push_back(3 + k * 1.25 + 0.02 * uniform(random));
  const auto found = statistics::find_recurrence(seconds, 0.2);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 1.25, 0.01);
  EXPECT_LT(found->p, 1e-6);
}

TEST(Recurrence, ChanceHasNone) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    std::vector<double> seconds;
    for (int k = 0; k < 30; ++k) seconds.push_back(100 * uniform(random));
    std::sort(seconds.begin(), seconds.end());
    found += statistics::find_recurrence(seconds, 0.2) ? 1 : 0;
  }
  EXPECT_LE(found, 2);
}

/// As many as a run sees of a pause of a tenth of a second in each second, if a fifth of its time is the
/// server's.
TEST(Recurrence, TenThatAgreeCloselyAreEnough) {
  Random random(7);
  std::vector<double> seconds;
  for (const int k : {0, 7, 13, 21, 22, 40, 47, 58, 66, 79}) seconds.push_back(3 + k + 0.1 * uniform(random));
  const auto found = statistics::find_recurrence(seconds, 0.2);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 1, 0.01);
}

/// What ten pauses of a server and three of a busy machine left in a run: when transfers went on again.
TEST(Recurrence, BearsStraysAmongPhasesThatAgree) {
  const std::vector<double> ends{1.661,  8.661,  12.660, 13.661, 20.661, 33.660, 47.661,
                                 51.244, 57.661, 70.472, 70.662, 75.661, 76.660};
  const auto found = statistics::find_recurrence(ends, 0.2);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->period, 1, 0.001);
}

TEST(Recurrence, FewByChanceHaveNone) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    Random random(seed);
    std::vector<double> seconds;
    for (std::uint64_t k = 0; k < 5 + seed % 8; ++k) seconds.push_back(80 * uniform(random));
    std::sort(seconds.begin(), seconds.end());
    found += statistics::find_recurrence(seconds, 0.2) ? 1 : 0;
  }
  EXPECT_LE(found, 5);
}

/// The machine was away for two seconds: many stalls, and no rhythm.
TEST(Recurrence, ABurstIsNoRhythm) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    std::vector<double> seconds;
    for (int k = 0; k < 15; ++k) seconds.push_back(30 + 2 * uniform(random));
    for (int k = 0; k < 3; ++k) seconds.push_back(80 * uniform(random));
    std::sort(seconds.begin(), seconds.end());
    found += statistics::find_recurrence(seconds, 0.2) ? 1 : 0;
  }
  EXPECT_LE(found, 3);
}

TEST(Recurrence, PathologicalSeries) {
  EXPECT_FALSE(statistics::find_recurrence(std::vector<double>{}, 1));
  EXPECT_FALSE(statistics::find_recurrence(std::vector<double>{1, 2}, 1));
  EXPECT_FALSE(statistics::find_recurrence(std::vector<double>(50, 3.0), 1));
  EXPECT_FALSE(statistics::find_recurrence(std::vector<double>{1, 2, 3, NAN, 5, 6}, 1));
  EXPECT_FALSE(statistics::find_recurrence(std::vector<double>{1, 2, 3, 4, 5, 6}, 0));
}

/// A server whose every transfer takes 8 ms longer from the middle of the run on, in the repeats too.
RecordBuilder stepping() {
  RecordBuilder builder;
  constexpr std::uint64_t half = 4ull * 10 * (2 * (10 * 3 + 2)) / 2;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal >= half ? 8.0 : 0.0;
  };
  return builder;
}

TEST(ChangePointCheck, WithoutAControlAStepIsNamedButFailsNobody) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    RecordBuilder builder = stepping();
    builder.seed = seed;
    const auto verdicts = judge_all(builder.build());
    const Verdict& verdict = find(verdicts, "uniformity.change_points");
    EXPECT_EQ(verdict.status, Status::warn) << verdict.summary << verdict.confidence;
    EXPECT_FALSE(verdict.cause.empty());
    EXPECT_EQ(verdict.series.size(), 2u) << "the level and its limit";
    EXPECT_NE(find(verdicts, "uniformity.drift").status, Status::fail);
  }
}

/// A sixth of the run lies before it, most of that in the first round.
TEST(ChangePointCheck, AnEarlyStepIsNamedToo) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    RecordBuilder builder;
    builder.seed = seed;
    builder.control = true;
    constexpr std::uint64_t early = 4ull * 10 * (2 * (10 * 3 + 2)) / 6;
    builder.extra_ms = [](const Ask& ask, Random&) {
      return ask.ordinal >= early ? 8.0 : 0.0;
    };
    EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::fail) << seed;
    builder.extra_ms = [](const Ask& ask, Random&) {
      return ask.ordinal < early ? 8.0 : 0.0;
    };
    EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::pass)
        << "a warm-up, " << seed;
  }
}

Verdict of_step(std::uint64_t seed, const std::function<double(std::uint64_t)>& extra_ms) {
  RecordBuilder builder;
  builder.seed = seed;
  builder.control = builder.confirmation = true;
  builder.extra_ms = [extra_ms](const Ask& ask, Random&) {
    return extra_ms(ask.ordinal);
  };
  return find(judge_all(builder.build()), "uniformity.change_points");
}

/// Transfers of the server under test in a builder's first pass.
constexpr std::uint64_t first_pass = 4ull * 10 * (2 * (10 * 3 + 2));

TEST(ChangePointCheck, BesideAControlAStepThatStaysFails) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Verdict verdict = of_step(seed, [](std::uint64_t n) { return n >= first_pass / 2 ? 8.0 : 0.0; });
    EXPECT_EQ(verdict.status, Status::fail) << verdict.summary << verdict.confidence;
    EXPECT_THAT(verdict.confidence, HasSubstr("in fresh repeats"));
    EXPECT_NE(verdict.limit.find("relative to the reference server"), std::string::npos) << verdict.limit;
  }
}

TEST(ChangePointCheck, AStepThatTheRepeatsComeDownFromIsWarnedOf) {
  const Verdict verdict =
      of_step(1, [](std::uint64_t n) { return n >= first_pass / 2 && n < first_pass ? 8.0 : 0.0; });
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary;
  EXPECT_THAT(verdict.happened, HasSubstr("From about transfer"));
}

TEST(ChangePointCheck, AStepByLessThanATurnOfTheSchedulerIsWarnedOf) {
  EXPECT_EQ(of_step(1, [](std::uint64_t n) { return n >= first_pass / 2 ? 2.5 : 0.0; }).status, Status::warn);
}

/// The last twentieth of the run: what lasts cannot be told from what happens at its end.
TEST(ChangePointCheck, AStepAtTheEndFailsNobody) {
  EXPECT_NE(of_step(1, [](std::uint64_t n) { return n >= first_pass * 19 / 20 ? 8.0 : 0.0; }).status,
            Status::fail);
}

TEST(ChangePointCheck, AStepOfTheMachineMeetsBothArmsAndFailsNobody) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    RecordBuilder builder;
    builder.seed = seed;
    builder.control = true;
    builder.machine_factor = [](std::uint32_t round) {
      return round < 5 ? 1.0 : 4.0;
    };
    EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::pass) << seed;
  }
}

TEST(ChangePointCheck, AServerThatBearsABusierMachineWorseIsNotFailed) {
  RecordBuilder builder = stepping();
  builder.control = true;
  builder.machine_factor = [](std::uint32_t round) {
    return round < 5 ? 1.0 : 1.5;
  };
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::inconclusive);
}

TEST(ChangePointCheck, BesideABusyNeighbourItIsInconclusive) {
  RecordBuilder builder = stepping();
  builder.strangers_share = 0.4;
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::inconclusive);
}

TEST(ChangePointCheck, BecomingFasterIsNoFault) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal < 1000 ? 8.0 : 0.0;
  };
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::pass);
}

TEST(ChangePointCheck, AShortRunIsSkipped) {
  RecordBuilder builder;
  builder.clients = 1;
  builder.rounds = 2;
  builder.iterations = 1;
  builder.large_iterations = 1;
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.change_points").status, Status::skip);
}

}  // namespace
}  // namespace bftp::judge::testing::change_points_test
