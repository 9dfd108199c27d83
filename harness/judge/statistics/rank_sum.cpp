#include "harness/judge/statistics/rank_sum.hpp"

#include <cmath>
#include <vector>

#include <boost/math/distributions/normal.hpp>

#include "harness/judge/statistics/finite.hpp"

namespace bftp::judge::statistics {
namespace {

constexpr std::size_t exact_pairs_max = 2500;

/// Chances of U = 0, 1, ... for samples of `m` and `n` values, by Mann and Whitney's recurrence: the largest
/// of all values is one of the m with chance m / (m + n), and then lies above all n.
std::vector<double> distribution(std::size_t m, std::size_t n) {
  std::vector<std::vector<double>> of(n + 1, {1.0});  // for i values against j, i from 0 on
  for (std::size_t i = 1; i <= m; ++i) {
    std::vector<std::vector<double>> next(n + 1, {1.0});
    for (std::size_t j = 1; j <= n; ++j) {
      const double first = static_cast<double>(i) / static_cast<double>(i + j);
      next[j].assign(i * j + 1, 0.0);
      for (std::size_t u = 0; u < of[j].size(); ++u) next[j][u + j] += first * of[j][u];
      for (std::size_t u = 0; u < next[j - 1].size(); ++u) next[j][u] += (1 - first) * next[j - 1][u];
    }
    of = std::move(next);
  }
  return of[n];
}

double chance_up_to(std::size_t u, std::size_t m, std::size_t n) {
  if (m * n > exact_pairs_max) {
    const double pairs = static_cast<double>(m) * static_cast<double>(n);
    const double sigma = std::sqrt(pairs * static_cast<double>(m + n + 1) / 12);
    const boost::math::normal_distribution<double> normal;
    return cdf(normal, (static_cast<double>(u) + 0.5 - pairs / 2) / sigma);
  }
  const auto chances = distribution(m, n);
  double sum = 0;
  for (std::size_t i = 0; i <= u && i < chances.size(); ++i) sum += chances[i];
  return sum;
}

}  // namespace

double p_of_below(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty() || !all_finite(a) || !all_finite(b)) return 1;
  std::size_t not_below = 0;
  for (const double x : a)
    for (const double y : b) not_below += y >= x ? 1 : 0;
  return chance_up_to(not_below, a.size(), b.size());
}

double least_p_of_below(std::size_t a, std::size_t b) {
  return a == 0 || b == 0 ? 1 : chance_up_to(0, a, b);
}

}  // namespace bftp::judge::statistics
