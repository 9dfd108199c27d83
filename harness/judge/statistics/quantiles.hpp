#pragma once

#include <optional>
#include <span>
#include <vector>

/// Order statistics. All functions are pure, copy what they sort, and hand back nothing for an empty series,
/// for one with a NaN or an infinity, and for an argument out of range.
namespace bftp::judge::statistics {

/// A range that covers the true value with the confidence asked for, at least.
struct Interval {
  double low = 0;
  double high = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// A copy in ascending order.
std::vector<double> sorted(std::span<const double> values);

/// Quantile of type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
/// Statistician 50 (1996): linear between the order statistics at (n - 1) p. The default of R's quantile()
/// and of NumPy. `p` from 0 to 1.
std::optional<double> quantile(std::span<const double> values, double p);

/// The same for a series that is in ascending order and finite already; not checked. Precondition: not empty.
double quantile_of_sorted(std::span<const double> ascending, double p);

std::optional<double> median(std::span<const double> values);

/// Median absolute deviation from the median, not scaled (Hampel, JASA 69, 1974).
std::optional<double> mad(std::span<const double> values);

/// 1.4826 MAD: estimates the standard deviation of normal data; half of the values may be wild (R's mad()).
std::optional<double> robust_sigma(std::span<const double> values);

/// 1.4826 MAD / median: spread in shares of the typical value. 0 for a constant series. Nothing if the median
/// is not above 0. For positive values it cannot exceed 1.4826; exponential ones have 1.03, uniform ones from
/// 0 have 0.74.
std::optional<double> robust_cv(std::span<const double> values);

/// Mean without the `share` smallest and the `share` largest values (floor(n share) each side, as R's
/// mean(trim=)). `share` from 0 to below 0.5.
std::optional<double> trimmed_mean(std::span<const double> values, double share);

/// Interval for the quantile `p` from order statistics, free of any assumption on the distribution
/// (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2): each end is wrong with probability (1 -
/// confidence) / 2 at most. An end that the sample is too short to bound is the smallest or the largest
/// value, and `certain` says so.
struct QuantileInterval {
  Interval range;
  bool low_certain = false;
  bool high_certain = false;
};
std::optional<QuantileInterval> quantile_interval(std::span<const double> values, double p,
                                                  double confidence = 0.95);

}  // namespace bftp::judge::statistics
