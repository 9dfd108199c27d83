#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/judge/statistics/quantiles.hpp"

/// Location of paired differences (or of log ratios of paired blocks), without an assumption on their
/// distribution but symmetry.
namespace bftp::judge::statistics {

/// Pairs are quadratic in the values: longer series are thinned evenly to this many.
inline constexpr std::size_t paired_values_max = 1500;

struct Estimate {
  double value = 0;
  Interval range;
  bool range_certain =
      false;  ///< false: too few values for the confidence asked for, the range is all that was seen
};

/// One sample: median of the means of all pairs, each value with itself too (Walsh averages), with the
/// interval that inverts the signed rank test (Hodges and Lehmann, Annals of Mathematical Statistics 34,
/// 1963; Hollander and Wolfe, Nonparametric Statistical Methods, 3.3). Ranks of the interval are exact up to
/// 50 values, normal beyond. R: wilcox.test(x, conf.int = TRUE) without ties.
std::optional<Estimate> hodges_lehmann(std::span<const double> differences, double confidence = 0.95);

/// Two samples: median of all differences b - a. Nothing if one is empty.
std::optional<double> hodges_lehmann_shift(std::span<const double> a, std::span<const double> b);

struct SignedRank {
  double w_plus = 0;     ///< sum of the ranks of the positive differences
  std::size_t used = 0;  ///< differences that are not zero
  double p = 1;          ///< two-sided
  bool exact = false;
};

/// Wilcoxon, "Individual comparisons by ranking methods", Biometrics 1 (1945): is the median difference 0?
/// Zeros are left out. Exact distribution up to 50 differences without ties, otherwise the normal
/// approximation with corrections for ties and continuity, as R's wilcox.test does. All zero: p is 1.
std::optional<SignedRank> wilcoxon_signed_rank(std::span<const double> differences);

/// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
/// (1979): adjusted p-values in the order given; comparing them with alpha keeps the chance of any false
/// alarm in the family below alpha. R: p.adjust(p, "holm"). Nothing if a value is outside 0 to 1.
std::optional<std::vector<double>> holm(std::span<const double> p_values);

}  // namespace bftp::judge::statistics
