#include "harness/report/medians.hpp"

#include <algorithm>

namespace bftp::report {

double median_of(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

std::vector<double> medians_of_neighbours(std::span<const double> values, std::size_t most) {
  if (values.size() <= most) return {values.begin(), values.end()};
  std::vector<double> medians;
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t from = i * values.size() / most, to = (i + 1) * values.size() / most;
    medians.push_back(median_of(values.subspan(from, to - from)));
  }
  return medians;
}

}  // namespace bftp::report
