#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "harness/judge/statistics/quantiles.hpp"

/// Steady change of a series over time or over a count.
namespace bftp::judge::statistics {

/// Pairs are quadratic in the points: longer series are thinned evenly to this many.
inline constexpr std::size_t trend_points_max = 1000;

struct TheilSen {
  double slope = 0;
  double intercept = 0;  ///< median of y - slope x
  Interval
      slope_range;  ///< Sen's interval; with too few points for the confidence asked for: the extreme slopes
  bool range_certain = false;
  std::size_t points = 0;

  double at(double x) const { return intercept + slope * x; }
};

/// Median of the slopes between all pairs of points with different x (Theil 1950; Sen, "Estimates of the
/// regression coefficient based on Kendall's tau", JASA 63, 1968). Up to 29 % of the points may be wild. The
/// interval takes the ranks (N ± z sqrt(Var S)) / 2 among the N slopes, as Sen gives it and
/// scipy.stats.theilslopes computes it; below five points, whatever their ties, it is all that was seen.
/// Nothing if x and y differ in length, if fewer than two x differ, or if a value is not finite.
std::optional<TheilSen> theil_sen(std::span<const double> x, std::span<const double> y,
                                  double confidence = 0.95);

struct MannKendall {
  double s = 0;         ///< pairs that rise less pairs that fall
  double variance = 0;  ///< with the correction for ties
  double z = 0;         ///< with continuity correction
  double p = 1;         ///< two-sided, normal approximation; usable from about 8 points
  double tau = 0;       ///< s over the number of pairs (Kendall's tau-a)
};

/// Rank test against "no trend" (Mann 1945; Kendall 1975; ties as in Gilbert, Statistical Methods for
/// Environmental Pollution Monitoring, 1987, 16.4). CAUTION: it supposes independent values. It calls every
/// warm-up a trend and, in half of all cases, an autocorrelated series too (Yue and others 2002), so no check
/// fails by it alone: use it beside a size (Theil-Sen), on medians of blocks, with confirmation. Nothing
/// below three values.
std::optional<MannKendall> mann_kendall(std::span<const double> values);

}  // namespace bftp::judge::statistics
