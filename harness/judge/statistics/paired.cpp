#include "harness/judge/statistics/paired.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/normal.hpp>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/thinned.hpp"

namespace bftp::judge::statistics {
namespace {

constexpr std::size_t exact_values_max = 50;

/// P(W+ = w) for n differences without ties: each rank joins the sum with probability 1/2.
std::vector<double> signed_rank_density(std::size_t n) {
  std::vector<double> density(n * (n + 1) / 2 + 1, 0.0);
  density[0] = 1;
  std::size_t top = 0;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    top += rank;
    for (std::size_t w = top + 1; w-- > 0;)
      density[w] = 0.5 * (density[w] + (w >= rank ? density[w - rank] : 0.0));
  }
  return density;
}

/// Largest w with P(W+ <= w) <= tail, plus one: how many Walsh averages to leave out at each end, plus one.
/// 0: none.
std::size_t exact_rank(std::size_t n, double tail) {
  const auto density = signed_rank_density(n);
  double sum = 0;
  std::size_t rank = 0;
  while (rank < density.size() && sum + density[rank] <= tail) sum += density[rank++];
  return rank;
}

std::size_t normal_rank(std::size_t count, double tail) {
  const auto n = static_cast<double>(count);
  const double z = quantile(complement(boost::math::normal_distribution<double>(), tail));
  const double rank = n * (n + 1) / 4 - z * std::sqrt(n * (n + 1) * (2 * n + 1) / 24);
  return rank < 1 ? 0 : static_cast<std::size_t>(rank);
}

std::vector<double> walsh_averages(std::span<const double> values) {
  std::vector<double> means;
  means.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  }
  std::sort(means.begin(), means.end());
  return means;
}

struct Ranked {
  double w_plus = 0;
  double ties = 0;  ///< sum of t^3 - t over groups of equal size
};

/// Mid-ranks of the sizes of the differences.
Ranked rank_sum(std::vector<double> differences) {
  std::sort(differences.begin(), differences.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  Ranked result;
  for (std::size_t from = 0; from < differences.size();) {
    std::size_t to = from;
    while (to < differences.size() && std::abs(differences[to]) == std::abs(differences[from])) ++to;
    const double rank = (static_cast<double>(from + 1) + static_cast<double>(to)) / 2;
    for (std::size_t i = from; i < to; ++i) result.w_plus += differences[i] > 0 ? rank : 0;
    const auto t = static_cast<double>(to - from);
    result.ties += t * t * t - t;
    from = to;
  }
  return result;
}

double exact_p(double w_plus, std::size_t n) {
  const auto density = signed_rank_density(n);
  const auto total = static_cast<double>(density.size() - 1);
  const auto smaller = static_cast<std::size_t>(std::min(w_plus, total - w_plus));
  const double tail =
      std::accumulate(density.begin(), density.begin() + static_cast<std::ptrdiff_t>(smaller) + 1, 0.0);
  return std::min(1.0, 2 * tail);
}

double normal_p(const Ranked& ranked, std::size_t count) {
  const auto n = static_cast<double>(count);
  const double distance = ranked.w_plus - n * (n + 1) / 4;
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranked.ties / 48;
  const double corrected = std::max(0.0, std::abs(distance) - 0.5);
  return std::min(
      1.0, 2 * cdf(complement(boost::math::normal_distribution<double>(), corrected / std::sqrt(variance))));
}

}  // namespace

std::optional<Estimate> hodges_lehmann(std::span<const double> differences, double confidence) {
  if (differences.empty() || !all_finite(differences) || !(confidence > 0 && confidence < 1))
    return std::nullopt;
  const auto kept = thinned(differences, paired_values_max);
  const auto means = walsh_averages(kept);
  const double tail = (1 - confidence) / 2;
  const std::size_t rank =
      kept.size() <= exact_values_max ? exact_rank(kept.size(), tail) : normal_rank(kept.size(), tail);
  Estimate result;
  result.value = quantile_of_sorted(means, 0.5);
  result.range_certain = rank >= 1;
  const std::size_t cut = rank >= 1 ? rank - 1 : 0;
  result.range = {means[cut], means[means.size() - 1 - cut]};
  return result;
}

std::optional<double> hodges_lehmann_shift(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty() || !all_finite(a) || !all_finite(b)) return std::nullopt;
  std::vector<double> differences;
  for (const double before : thinned(a, paired_values_max)) {
    for (const double after : thinned(b, paired_values_max)) differences.push_back(after - before);
  }
  return median(differences);
}

std::optional<SignedRank> wilcoxon_signed_rank(std::span<const double> differences) {
  if (differences.empty() || !all_finite(differences)) return std::nullopt;
  std::vector<double> used;
  std::copy_if(differences.begin(), differences.end(), std::back_inserter(used),
               [](double d) { return d != 0; });
  SignedRank result;
  result.used = used.size();
  if (used.empty()) return result;
  const auto ranked = rank_sum(used);
  result.w_plus = ranked.w_plus;
  result.exact = used.size() <= exact_values_max && ranked.ties == 0 && used.size() == differences.size();
  result.p = result.exact ? exact_p(ranked.w_plus, used.size()) : normal_p(ranked, used.size());
  return result;
}

std::optional<std::vector<double>> holm(std::span<const double> p_values) {
  if (std::any_of(p_values.begin(), p_values.end(), [](double p) { return !(p >= 0 && p <= 1); }))
    return std::nullopt;
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double so_far = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    so_far = std::max(so_far, std::min(1.0, static_cast<double>(order.size() - i) * p_values[order[i]]));
    adjusted[order[i]] = so_far;
  }
  return adjusted;
}

}  // namespace bftp::judge::statistics
