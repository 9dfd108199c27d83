#include "harness/judge/statistics/trend.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <boost/math/distributions/normal.hpp>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/thinned.hpp"

namespace bftp::judge::statistics {
namespace {

/// Sum of t (t - 1) (2 t + 5) over groups of t equal values: what ties take from 18 Var S.
double ties_term(std::span<const double> values) {
  std::map<double, double> counts;
  for (const double value : values) counts[value] += 1;
  double sum = 0;
  for (const auto& [value, t] : counts) sum += t * (t - 1) * (2 * t + 5);
  return sum;
}

double pair_term(std::size_t count) {
  const auto n = static_cast<double>(count);
  return n * (n - 1) * (2 * n + 5);
}

std::vector<double> pairwise_slopes(std::span<const double> x, std::span<const double> y) {
  std::vector<double> slopes;
  slopes.reserve(x.size() * (x.size() - 1) / 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i + 1; j < x.size(); ++j) {
      if (x[i] != x[j]) slopes.push_back((y[j] - y[i]) / (x[j] - x[i]));
    }
  }
  std::sort(slopes.begin(), slopes.end());
  return slopes;
}

void set_range(TheilSen& result, std::span<const double> slopes, double variance, double confidence) {
  const double z = quantile(boost::math::normal_distribution<double>(), (1 + confidence) / 2);
  const auto pairs = static_cast<double>(slopes.size());
  // Ties shrink the variance, of three equal values to nothing; so few points exclude no slope all the same.
  constexpr std::size_t points_min = 5;
  const double reach = result.points < points_min ? pairs : z * std::sqrt(std::max(variance, 0.0));
  const double upper = std::round((pairs + reach) / 2);
  const double lower = std::round((pairs - reach) / 2) - 1;
  result.range_certain = lower >= 0 && upper <= pairs - 1;
  result.slope_range.low = slopes[static_cast<std::size_t>(std::max(lower, 0.0))];
  result.slope_range.high = slopes[static_cast<std::size_t>(std::min(upper, pairs - 1))];
}

}  // namespace

std::optional<TheilSen> theil_sen(std::span<const double> x, std::span<const double> y, double confidence) {
  if (x.size() != y.size() || !all_finite(x) || !all_finite(y) || !(confidence > 0 && confidence < 1))
    return std::nullopt;
  const auto xs = thinned(x, trend_points_max);
  const auto ys = thinned(y, trend_points_max);
  const auto slopes = xs.size() < 2 ? std::vector<double>{} : pairwise_slopes(xs, ys);
  if (slopes.empty()) return std::nullopt;
  TheilSen result;
  result.points = xs.size();
  result.slope = quantile_of_sorted(slopes, 0.5);
  result.intercept = *median(ys) - result.slope * *median(xs);
  set_range(result, slopes, (pair_term(xs.size()) - ties_term(xs) - ties_term(ys)) / 18, confidence);
  return result;
}

std::optional<MannKendall> mann_kendall(std::span<const double> values) {
  if (values.size() < 3 || !all_finite(values)) return std::nullopt;
  const auto kept = thinned(values, trend_points_max);
  MannKendall result;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t j = i + 1; j < kept.size(); ++j)
      result.s += (kept[j] > kept[i] ? 1 : 0) - (kept[j] < kept[i] ? 1 : 0);
  }
  const auto n = static_cast<double>(kept.size());
  result.tau = result.s / (n * (n - 1) / 2);
  result.variance = (pair_term(kept.size()) - ties_term(kept)) / 18;
  if (result.variance <= 0) return result;  // all equal: no trend, p stays 1
  const double towards_zero = result.s > 0 ? -1 : (result.s < 0 ? 1 : 0);
  result.z = (result.s + towards_zero) / std::sqrt(result.variance);
  result.p =
      std::min(1.0, 2 * cdf(complement(boost::math::normal_distribution<double>(), std::abs(result.z))));
  return result;
}

}  // namespace bftp::judge::statistics
