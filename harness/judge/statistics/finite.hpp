#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace bftp::judge::statistics {

/// True if every value is a number. Every function of this folder refuses a series with a NaN or an infinity
/// by handing back nothing: an order statistic of a series that holds a NaN depends on where the NaN stands,
/// and would be wrong without looking wrong.
inline bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace bftp::judge::statistics
