#include "harness/judge/statistics/quantiles.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/binomial.hpp>

#include "harness/judge/statistics/finite.hpp"

namespace bftp::judge::statistics {
namespace {

constexpr double normal_consistency = 1.4826;  // 1 / quantile of the normal distribution at 3/4

bool usable(std::span<const double> values) {
  return !values.empty() && all_finite(values);
}

/// The first of from, from + 1, … below `end` for which the monotone `holds` is false; `end` if there is
/// none.
template <class Predicate>
long first_not(long from, long end, Predicate holds) {
  while (from < end) {
    const long middle = from + (end - from) / 2;
    if (holds(middle)) {
      from = middle + 1;
    } else {
      end = middle;
    }
  }
  return from;
}

}  // namespace

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

double quantile_of_sorted(std::span<const double> ascending, double p) {
  const double at = static_cast<double>(ascending.size() - 1) * p;
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, ascending.size() - 1);
  const double share = at - static_cast<double>(below);
  return ascending[below] + share * (ascending[above] - ascending[below]);
}

std::optional<double> quantile(std::span<const double> values, double p) {
  if (!usable(values) || !(p >= 0 && p <= 1)) return std::nullopt;
  // Resampling asks for this thousands of times: two order statistics need no sorted copy.
  std::vector<double> copy(values.begin(), values.end());
  const double at = static_cast<double>(copy.size() - 1) * p;
  const auto below = copy.begin() + static_cast<std::ptrdiff_t>(at);
  std::nth_element(copy.begin(), below, copy.end());
  const double share = at - std::floor(at);
  if (share == 0) return *below;
  return *below + share * (*std::min_element(below + 1, copy.end()) - *below);
}

std::optional<double> median(std::span<const double> values) {
  return quantile(values, 0.5);
}

std::optional<double> mad(std::span<const double> values) {
  const auto centre = median(values);
  if (!centre) return std::nullopt;
  std::vector<double> deviations(values.begin(), values.end());
  for (double& value : deviations) value = std::abs(value - *centre);
  return median(deviations);
}

std::optional<double> robust_sigma(std::span<const double> values) {
  const auto deviation = mad(values);
  if (!deviation) return std::nullopt;
  return normal_consistency * *deviation;
}

std::optional<double> robust_cv(std::span<const double> values) {
  const auto centre = median(values);
  if (!centre || *centre <= 0) return std::nullopt;
  return *robust_sigma(values) / *centre;
}

std::optional<double> trimmed_mean(std::span<const double> values, double share) {
  if (!usable(values) || !(share >= 0 && share < 0.5)) return std::nullopt;
  const auto ascending = sorted(values);
  const auto cut = static_cast<std::size_t>(std::floor(static_cast<double>(ascending.size()) * share));
  double sum = 0;
  for (std::size_t i = cut; i < ascending.size() - cut; ++i) sum += ascending[i];
  return sum / static_cast<double>(ascending.size() - 2 * cut);
}

std::optional<QuantileInterval> quantile_interval(std::span<const double> values, double p,
                                                  double confidence) {
  if (!usable(values) || !(p > 0 && p < 1) || !(confidence > 0 && confidence < 1)) return std::nullopt;
  const auto ascending = sorted(values);
  const auto count = static_cast<long>(ascending.size());
  const boost::math::binomial_distribution<double> below(static_cast<double>(count), p);
  const double tail = (1 - confidence) / 2;
  // The r-th smallest value (from 1) lies above the quantile with probability P(fewer than r values below
  // it), and below it with P(at least r values below it).
  const long low = first_not(0, count, [&](long r) { return cdf(below, static_cast<double>(r)) <= tail; });
  const long high = 1 + count - first_not(0, count, [&](long r) {
                      return cdf(complement(below, static_cast<double>(count - r - 1))) <= tail;
                    });
  QuantileInterval result;
  result.low_certain = low >= 1;
  result.high_certain = high <= count;
  result.range.low = ascending[static_cast<std::size_t>(std::max(low, 1L) - 1)];
  result.range.high = ascending[static_cast<std::size_t>(std::min(high, count) - 1)];
  return result;
}

}  // namespace bftp::judge::statistics
