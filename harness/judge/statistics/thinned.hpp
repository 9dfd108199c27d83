#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace bftp::judge::statistics {

/// Every n-th value, so that no more than `values_max` remain: for methods whose time grows with the square
/// of the length.
inline std::vector<double> thinned(std::span<const double> values, std::size_t values_max) {
  const std::size_t step = std::max<std::size_t>(1, (values.size() + values_max - 1) / values_max);
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
  return kept;
}

}  // namespace bftp::judge::statistics
