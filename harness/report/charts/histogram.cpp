#include "harness/report/charts/histogram.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "harness/report/summaries.hpp"

namespace bftp::report {

std::vector<double> log_borders(std::span<const std::vector<double>> samples, std::size_t bins) {
  assert(bins > 0);
  double low = 0, high = 0;
  for (const auto& sample : samples) {
    for (const double value : sample) {
      if (!(value > 0)) continue;
      low = low > 0 ? std::min(low, value) : value;
      high = std::max(high, value);
    }
  }
  if (!(low > 0)) return {};
  if (high < low * 1.05) low /= 1.05, high *= 1.05;
  std::vector<double> borders;
  for (std::size_t at = 0; at <= bins; ++at) {
    borders.push_back(low * std::pow(high / low, static_cast<double>(at) / static_cast<double>(bins)));
  }
  return borders;
}

Points histogram_steps(std::span<const double> values, std::span<const double> borders) {
  Points steps;
  if (values.empty() || borders.size() < 2) return steps;
  std::vector<std::size_t> counts(borders.size() - 1);
  for (const double value : values) {
    const auto above = std::upper_bound(borders.begin(), borders.end(), value) - borders.begin();
    counts[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - 1, 0, std::ssize(counts) - 1))] += 1;
  }
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    steps.add(borders[bin], 100.0 * static_cast<double>(counts[bin]) / static_cast<double>(values.size()));
  }
  steps.add(borders.back(), 0);
  return steps;
}

Points tail_curve(std::span<const double> ascending, std::size_t max) {
  assert(!ascending.empty() && max >= 2);
  const auto count = static_cast<double>(ascending.size());
  const std::size_t steps = std::min(ascending.size(), max);
  Points curve;
  if (steps == 1) {
    curve.add(1, ascending.front());
    return curve;
  }
  for (std::size_t step = 0; step < steps; ++step) {
    const double one_in = std::pow(count, static_cast<double>(step) / static_cast<double>(steps - 1));
    curve.add(one_in, quantile(ascending, 1 - 1 / one_in));
  }
  curve.y.back() = ascending.back();
  return curve;
}

}  // namespace bftp::report
