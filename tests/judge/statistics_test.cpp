#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "harness/judge/statistics/bootstrap.hpp"
#include "harness/judge/statistics/fairness.hpp"
#include "harness/judge/statistics/modes.hpp"
#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/statistics/stalls.hpp"
#include "harness/judge/statistics/trend.hpp"
#include "harness/judge/statistics/welford.hpp"

/// Reference values were computed with R 4.2.2; the expression stands beside each.
namespace bftp::judge::statistics {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<double> wild = {3.1, 2.7, 4.4, 9.9, 2.2, 5.0, 3.3, 3.8, 100.0, 2.9};

TEST(Quantiles, FollowTypeSeven) {  // quantile(wild, p, type = 7)
  EXPECT_DOUBLE_EQ(*quantile(wild, 0), 2.2);
  EXPECT_NEAR(*quantile(wild, 0.05), 2.425, 1e-12);
  EXPECT_NEAR(*quantile(wild, 0.25), 2.95, 1e-12);
  EXPECT_NEAR(*median(wild), 3.55, 1e-12);
  EXPECT_NEAR(*quantile(wild, 0.75), 4.85, 1e-12);
  EXPECT_NEAR(*quantile(wild, 0.99), 91.891, 1e-9);
  EXPECT_DOUBLE_EQ(*quantile(wild, 1), 100);
}

TEST(Quantiles, RobustSpread) {  // mad(wild, constant = 1); mad(wild); mad(wild) / median(wild)
  EXPECT_NEAR(*mad(wild), 0.85, 1e-12);
  EXPECT_NEAR(*robust_sigma(wild), 1.26021, 1e-9);
  EXPECT_NEAR(*robust_cv(wild), 0.354988732394366, 1e-9);
}

TEST(Quantiles, TrimmedMean) {  // mean(wild, trim = 0.1); mean(wild, trim = 0.25)
  EXPECT_NEAR(*trimmed_mean(wild, 0.1), 4.3875, 1e-12);
  EXPECT_NEAR(*trimmed_mean(wild, 0.25), 3.75, 1e-12);
  EXPECT_FALSE(trimmed_mean(wild, 0.5));
}

TEST(Quantiles, PathologicalSeries) {
  const std::vector<double> constant(7, 4.2);
  EXPECT_DOUBLE_EQ(*median(constant), 4.2);
  EXPECT_DOUBLE_EQ(*mad(constant), 0);
  EXPECT_DOUBLE_EQ(*robust_cv(constant), 0);
  const std::vector<double> two = {1, 3};
  EXPECT_DOUBLE_EQ(*median(two), 2);
  EXPECT_DOUBLE_EQ(*mad(two), 1);
  EXPECT_DOUBLE_EQ(*quantile(std::vector<double>{5}, 0.99), 5);
  EXPECT_FALSE(median({}));
  EXPECT_FALSE(quantile(wild, 1.1));
  EXPECT_FALSE(quantile(wild, nan_value));
  EXPECT_FALSE(robust_cv(std::vector<double>{0, 0, 0}));
}

TEST(Quantiles, IntervalFromOrderStatistics) {
  std::vector<double> values;
  for (int i = 1; i <= 80; ++i) values.push_back(i);
  // pbinom(3, 80, 0.01) = 0.9913 and pbinom(2, 80, 0.01) = 0.9534: at most three lie above p99, so the 77th
  // is a lower bound
  const auto p99 = quantile_interval(values, 0.99);
  EXPECT_DOUBLE_EQ(p99->range.low, 77);
  EXPECT_TRUE(p99->low_certain);
  EXPECT_DOUBLE_EQ(p99->range.high, 80);
  EXPECT_FALSE(p99->high_certain);
  // n = 10: qbinom(0.025, 10, 0.5) = 2, so ranks 2 and 9
  const std::vector<double> ten = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  const auto middle = quantile_interval(ten, 0.5);
  EXPECT_EQ(middle->range, (Interval{2, 9}));
  EXPECT_TRUE(middle->low_certain && middle->high_certain);
  const auto few = quantile_interval(std::vector<double>{1, 2, 3}, 0.5);
  EXPECT_FALSE(few->low_certain);
  EXPECT_EQ(few->range, (Interval{1, 3}));
}

TEST(Statistics, RefuseWhatIsNoNumber) {
  for (const double bad : {nan_value, infinity, -infinity}) {
    const std::vector<double> values = {1, 2, bad, 4, 5, 6};
    const std::vector<double> x = {0, 1, 2, 3, 4, 5};
    EXPECT_FALSE(median(values));
    EXPECT_FALSE(mad(values));
    EXPECT_FALSE(robust_cv(values));
    EXPECT_FALSE(trimmed_mean(values, 0.1));
    EXPECT_FALSE(quantile_interval(values, 0.5));
    EXPECT_FALSE(theil_sen(x, values));
    EXPECT_FALSE(theil_sen(values, x));
    EXPECT_FALSE(mann_kendall(values));
    EXPECT_FALSE(hodges_lehmann(values));
    EXPECT_FALSE(hodges_lehmann_shift(x, values));
    EXPECT_FALSE(wilcoxon_signed_rank(values));
    EXPECT_FALSE(jain_index(values));
    EXPECT_FALSE(find_modes(values));
    EXPECT_FALSE(find_stalls(values));
    EXPECT_FALSE(timer_crowd(values));
    EXPECT_FALSE(find_period(values));
    EXPECT_FALSE(holm(values));
    EXPECT_FALSE(bootstrap_interval(
        values, [](auto v) { return median(v); }, 1));
    EXPECT_EQ(name_signature(values), Signature::none);
    Welford welford;
    EXPECT_FALSE(welford.add(bad));
    EXPECT_EQ(welford.count(), 0u);
  }
}

TEST(WelfordTest, MeanAndVariance) {  // mean(wild); var(wild)
  Welford welford;
  for (const double value : wild) welford.add(value);
  EXPECT_NEAR(*welford.mean(), 13.73, 1e-12);
  EXPECT_NEAR(*welford.variance(), 923.635666666667, 1e-9);
}

TEST(WelfordTest, DoesNotCancelAndKnowsItsLimits) {
  Welford welford;
  EXPECT_FALSE(welford.mean());
  welford.add(1e9 + 4);
  EXPECT_FALSE(welford.variance());
  for (const double value : {1e9 + 7, 1e9 + 13, 1e9 + 16}) welford.add(value);
  EXPECT_DOUBLE_EQ(*welford.variance(), 30);  // var(c(4, 7, 13, 16))
  EXPECT_DOUBLE_EQ(*welford.standard_deviation(), std::sqrt(30.0));
}

TEST(Proportion, ClopperPearson) {  // binom.test(3, 200)$conf.int; binom.test(0, 100)$conf.int
  const auto three = clopper_pearson(3, 200);
  EXPECT_NEAR(three->low, 0.00310410762155351, 1e-12);
  EXPECT_NEAR(three->high, 0.0432082819177126, 1e-12);
  const auto none = clopper_pearson(0, 100);
  EXPECT_DOUBLE_EQ(none->low, 0);
  EXPECT_NEAR(none->high, 0.0362166926451765, 1e-12);
  EXPECT_DOUBLE_EQ(clopper_pearson(5, 5)->high, 1);
  EXPECT_FALSE(clopper_pearson(0, 0));
  EXPECT_FALSE(clopper_pearson(2, 1));
}

TEST(Proportion, OneSidedBounds) {
  // binom.test(8, 80, alternative = "greater")$conf.int[1]; binom.test(0, 1000, alternative =
  // "less")$conf.int[2]
  EXPECT_NEAR(*lower_bound(8, 80), 0.0507381592510041, 1e-12);
  EXPECT_NEAR(*upper_bound(0, 1000), 0.0029912495450953, 1e-12);
  EXPECT_NEAR(*rule_of_three(1000), 0.0029912495450953, 1e-12);
  EXPECT_EQ(*tries_to_exclude(0.01), 299u);
  EXPECT_FALSE(tries_to_exclude(0));
}

TEST(Trend, TheilSen) {
  // s <- sorted slopes of all pairs; median(s); median(y) - median(s) * median(x);
  // v <- n (n - 1)(2 n + 5) / 18; s[round((N - 1.96 sqrt(v)) / 2)], s[round((N + 1.96 sqrt(v)) / 2) + 1]
  const std::vector<double> x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<double> y = {1.0, 2.1, 2.9, 4.2, 5.1, 5.8, 7.3, 40, 9.0, 10.1};
  const auto line = theil_sen(x, y);
  EXPECT_NEAR(line->slope, 1.025, 1e-12);
  EXPECT_NEAR(line->intercept, 0.8375, 1e-12);
  EXPECT_NEAR(line->slope_range.low, 0.96, 1e-9);
  EXPECT_NEAR(line->slope_range.high, 1.1, 1e-9);
  EXPECT_TRUE(line->range_certain);
}

TEST(Trend, FewPointsAreNotCertainHoweverEqual) {
  const std::vector<double> x{1, 2, 3, 4, 5, 6}, y(6, 7);
  for (std::size_t n = 2; n <= 6; ++n) {
    const auto line = theil_sen(std::span(x).first(n), std::span(y).first(n));
    ASSERT_TRUE(line) << n;
    EXPECT_EQ(line->range_certain, n >= 5) << n;
  }
}

TEST(Trend, PathologicalSeries) {
  const std::vector<double> x = {1, 2};
  const auto two = theil_sen(x, std::vector<double>{3, 7});
  EXPECT_DOUBLE_EQ(two->slope, 4);
  EXPECT_FALSE(two->range_certain);
  EXPECT_FALSE(theil_sen(std::vector<double>{2, 2, 2}, std::vector<double>{1, 2, 3}));
  EXPECT_FALSE(theil_sen(std::vector<double>{2}, std::vector<double>{1}));
  EXPECT_FALSE(theil_sen(x, std::vector<double>{1, 2, 3}));
  const std::vector<double> steps = {0, 1, 2, 3, 4, 5, 6, 7};
  const auto constant = theil_sen(steps, std::vector<double>(8, 5.0));
  EXPECT_DOUBLE_EQ(constant->slope, 0);
  EXPECT_EQ(constant->slope_range, (Interval{0, 0}));
  EXPECT_DOUBLE_EQ(constant->at(100), 5);
}

TEST(Trend, LongSeriesAreThinned) {
  std::vector<double> x, y;
  for (int i = 0; i < 50'000; ++i) {
    x.push_back(i);
    y.push_back(3 * i);
  }
  EXPECT_LE(theil_sen(x, y)->points, trend_points_max);
  EXPECT_DOUBLE_EQ(theil_sen(x, y)->slope, 3);
}

TEST(Trend, MannKendall) {
  // S, its variance with ties, (S - sign(S)) / sqrt(Var), 2 pnorm(-|Z|) of c(4,4,5,6,5,8,9,9,12,11)
  const auto result = mann_kendall(std::vector<double>{4, 4, 5, 6, 5, 8, 9, 9, 12, 11});
  EXPECT_DOUBLE_EQ(result->s, 38);
  EXPECT_NEAR(result->variance, 122, 1e-9);
  EXPECT_NEAR(result->z, 3.34982260357319, 1e-9);
  EXPECT_NEAR(result->p, 0.000808633304804143, 1e-12);
  EXPECT_DOUBLE_EQ(mann_kendall(std::vector<double>(9, 1.0))->p, 1);
  EXPECT_FALSE(mann_kendall(std::vector<double>{1, 2}));
}

TEST(Paired, HodgesLehmann) {
  // wa <- outer(d, d, "+") / 2; median(wa[upper.tri(wa, diag = TRUE)]); wilcox.test(d, conf.int =
  // TRUE)$conf.int
  const std::vector<double> d = {1.1, -0.4, 2.3, 0.9, 3.2, -1.7, 0.6, 2.8, 1.9, 0.2};
  const auto estimate = hodges_lehmann(d);
  EXPECT_NEAR(estimate->value, 1.1, 1e-12);
  EXPECT_NEAR(estimate->range.low, 0.1, 1e-12);
  EXPECT_NEAR(estimate->range.high, 2.15, 1e-12);
  EXPECT_TRUE(estimate->range_certain);
  const auto one = hodges_lehmann(std::vector<double>{7});
  EXPECT_DOUBLE_EQ(one->value, 7);
  EXPECT_FALSE(one->range_certain);
  // median(outer(c(3,5,6,9,12), c(1,2,4,7), "-"))
  EXPECT_DOUBLE_EQ(
      *hodges_lehmann_shift(std::vector<double>{1, 2, 4, 7}, std::vector<double>{3, 5, 6, 9, 12}), 3.5);
}

TEST(Paired, HodgesLehmannOfManyValues) {
  std::vector<double> values;
  for (int i = 0; i < 4000; ++i) values.push_back(5 + (i % 101 - 50) / 50.0);
  const auto estimate = hodges_lehmann(values);
  EXPECT_THAT(estimate->value, DoubleNear(5, 0.05));
  EXPECT_LT(estimate->range.low, estimate->value);
  EXPECT_LT(estimate->range.high - estimate->range.low, 0.2);
}

TEST(Paired, WilcoxonSignedRank) {
  // wilcox.test(d): V = 47, p = 0.04883 (exact)
  const auto exact =
      wilcoxon_signed_rank(std::vector<double>{1.1, -0.4, 2.3, 0.9, 3.2, -1.7, 0.6, 2.8, 1.9, 0.2});
  EXPECT_TRUE(exact->exact);
  EXPECT_DOUBLE_EQ(exact->w_plus, 47);
  EXPECT_NEAR(exact->p, 0.048828125, 1e-12);
  // wilcox.test(c(1,1,2,-2,3,0,4,-1,5,2)): V = 38, p = 0.07351 (ties and a zero: normal approximation)
  const auto ties = wilcoxon_signed_rank(std::vector<double>{1, 1, 2, -2, 3, 0, 4, -1, 5, 2});
  EXPECT_FALSE(ties->exact);
  EXPECT_EQ(ties->used, 9u);
  EXPECT_DOUBLE_EQ(ties->w_plus, 38);
  EXPECT_NEAR(ties->p, 0.0735102017266216, 1e-12);
  EXPECT_DOUBLE_EQ(wilcoxon_signed_rank(std::vector<double>{0, 0, 0})->p, 1);
  EXPECT_FALSE(wilcoxon_signed_rank({}));
}

TEST(Paired, Holm) {  // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.8), "holm")
  const auto adjusted = holm(std::vector<double>{0.01, 0.04, 0.03, 0.005, 0.8});
  EXPECT_THAT(*adjusted,
              ElementsAre(DoubleNear(0.04, 1e-12), DoubleNear(0.09, 1e-12), DoubleNear(0.09, 1e-12),
                          DoubleNear(0.025, 1e-12), DoubleNear(0.8, 1e-12)));
  EXPECT_TRUE(holm({})->empty());
  EXPECT_FALSE(holm(std::vector<double>{1.5}));
}

TEST(Bootstrap, IsAFunctionOfItsSeed) {
  const Statistic middle = [](std::span<const double> values) {
    return median(values);
  };
  const auto one = bootstrap_interval(wild, middle, 7);
  EXPECT_EQ(one, bootstrap_interval(wild, middle, 7));
  EXPECT_LE(one->low, *median(wild));
  EXPECT_GE(one->high, *median(wild));
  EXPECT_EQ(bootstrap_interval(std::vector<double>(5, 2.0), middle, 1), (Interval{2, 2}));
  EXPECT_FALSE(bootstrap_interval({}, middle, 1));
  EXPECT_FALSE(bootstrap_interval(
      wild, [](auto) { return std::optional<double>(); }, 1));
}

TEST(Bootstrap, CoversTheMeanAboutAsOftenAsItSays) {
  const Statistic mean = [](std::span<const double> values) {
    return trimmed_mean(values, 0);
  };
  std::mt19937_64 random(5);
  int covered = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<double> values;
    for (int i = 0; i < 40; ++i) values.push_back(static_cast<double>(random() % 1000));
    const auto range = bootstrap_interval(values, mean, static_cast<std::uint64_t>(run), 400);
    covered += range->low <= 499.5 && 499.5 <= range->high ? 1 : 0;
  }
  EXPECT_GE(covered, 178);  // 95 % less what the percentile bootstrap of 40 values and 200 runs may miss
}

TEST(Fairness, JainIndex) {  // sum(1:4)^2 / (4 * sum((1:4)^2))
  EXPECT_NEAR(*jain_index(std::vector<double>{1, 2, 3, 4}), 0.833333333333333, 1e-12);
  EXPECT_DOUBLE_EQ(*jain_index(std::vector<double>{5, 5, 5}), 1);
  EXPECT_DOUBLE_EQ(*jain_index(std::vector<double>{1, 0, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(*jain_index(std::vector<double>{1e-300, 1e-300}), 1);
  EXPECT_FALSE(jain_index(std::vector<double>{0, 0}));
  EXPECT_FALSE(jain_index(std::vector<double>{1, -1}));
  EXPECT_FALSE(jain_index({}));
}

std::vector<double> lognormal(double centre, std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += static_cast<double>(random() % 10000) / 10000.0;
    values.push_back(centre * std::exp(0.2 * (sum - 6)));
  }
  return values;
}

TEST(Modes, OneHumpIsOneMode) {
  const auto modes = find_modes(lognormal(10, 500, 1));
  ASSERT_EQ(modes->size(), 1u);
  EXPECT_THAT(modes->front().at, DoubleNear(10, 1.5));
  EXPECT_DOUBLE_EQ(modes->front().share, 1);
  EXPECT_EQ(find_modes(std::vector<double>(10, 3.0))->size(), 1u);
  EXPECT_EQ(find_modes(std::vector<double>{3, 4})->size(), 1u);
  EXPECT_FALSE(find_modes(std::vector<double>{1, 0}));
}

TEST(Modes, TwoHumpsWithEnoughInEach) {
  auto values = lognormal(10, 400, 2);
  const auto slow = lognormal(50, 100, 3);
  values.insert(values.end(), slow.begin(), slow.end());
  const auto modes = find_modes(values);
  ASSERT_EQ(modes->size(), 2u);
  EXPECT_THAT(modes->at(0).share, DoubleNear(0.8, 0.01));
  EXPECT_THAT(modes->at(1).share, DoubleNear(0.2, 0.01));
  EXPECT_THAT(modes->at(1).at, DoubleNear(50, 8));
}

TEST(Modes, ATailOrANearNeighbourIsNoMode) {
  auto values = lognormal(10, 400, 4);
  const auto few = lognormal(80, 20, 5);
  values.insert(values.end(), few.begin(), few.end());
  EXPECT_EQ(find_modes(values)->size(), 1u);  // 5 %
  auto near = lognormal(10, 200, 6);
  const auto beside = lognormal(16, 200, 7);
  near.insert(near.end(), beside.begin(), beside.end());
  EXPECT_EQ(find_modes(near)->size(), 1u);  // a factor of 1.6
}

TEST(StallDetection, CountsWhatLiesFarBeyondTheMedian) {
  std::vector<double> times(50, 2.0);
  times[7] = 39.9;
  times[20] = 40.1;
  EXPECT_THAT(*find_stalls(times), ElementsAre(20u));
  EXPECT_TRUE(find_stalls(std::vector<double>(9, 3.0))->empty());
  EXPECT_FALSE(find_stalls({}));
}

TEST(StallDetection, NamesTheTimer) {
  EXPECT_EQ(name_signature(std::vector<double>{40, 41, 43, 44, 90}), Signature::delayed_ack);
  EXPECT_EQ(name_signature(std::vector<double>{201, 204, 208}), Signature::retransmission);
  EXPECT_EQ(name_signature(std::vector<double>{1001, 1012}), Signature::syn_retransmission);
  EXPECT_EQ(name_signature(std::vector<double>{33, 70, 120, 400}), Signature::none);
  EXPECT_EQ(name_signature({}), Signature::none);
}

TEST(StallDetection, ATimerStandsApartASchedulerDoesNot) {
  std::vector<double> timer(90, 0.1);
  for (int i = 0; i < 10; ++i) timer.push_back(40 + 0.3 * i);
  const auto crowd = timer_crowd(timer);
  ASSERT_TRUE(crowd);
  EXPECT_EQ(crowd->count, 10u);
  std::vector<double> scheduler;  // ever rarer with their length
  for (int i = 1; i < 400; ++i) scheduler.push_back(-12 * std::log(i / 400.0));
  EXPECT_FALSE(timer_crowd(scheduler));
  std::vector<double> wide = timer;  // one hump from 40 to 120 ms
  for (int i = 0; i < 40; ++i) wide.push_back(44 + 2 * i);
  EXPECT_FALSE(timer_crowd(wide));
  EXPECT_FALSE(timer_crowd({}));
}

TEST(StallDetection, FindsAPeriod) {
  const auto period = find_period(std::vector<double>{9, 19, 30, 39, 49, 60, 69});
  ASSERT_TRUE(period);
  EXPECT_DOUBLE_EQ(period->length, 10);
  EXPECT_FALSE(find_period(std::vector<double>{1, 2, 30, 31, 90, 95, 200}));
  EXPECT_FALSE(find_period(std::vector<double>{1, 2, 3}));
}

}  // namespace
}  // namespace bftp::judge::statistics
