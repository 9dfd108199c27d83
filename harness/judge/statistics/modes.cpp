#include "harness/judge/statistics/modes.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "harness/judge/statistics/finite.hpp"

namespace bftp::judge::statistics {
namespace {

constexpr double cells_per_octave = 8;
constexpr double kernel_cells = 1.5;
constexpr int kernel_reach = 5;
constexpr std::size_t cells_max = 1024;  // 128 octaves: more than a double of nanoseconds to years

struct Density {
  double first_log2 = 0;  ///< left border of cell 0
  std::vector<double> cells;

  double log2_at(std::size_t cell) const {
    return first_log2 + (static_cast<double>(cell) + 0.5) / cells_per_octave;
  }
  double border(std::size_t cell) const {
    return std::exp2(first_log2 + static_cast<double>(cell) / cells_per_octave);
  }
};

Density smooth_density(std::span<const double> values) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const double margin = kernel_reach / cells_per_octave;
  Density density;
  density.first_log2 = std::log2(*lowest) - margin;
  const double octaves = std::log2(*highest) + margin - density.first_log2;
  const auto wanted = static_cast<std::size_t>(octaves * cells_per_octave) + 1;
  std::vector<double> counts(std::min(wanted, cells_max), 0.0);
  for (const double value : values) {
    const auto cell = static_cast<std::size_t>((std::log2(value) - density.first_log2) * cells_per_octave);
    counts[std::min(cell, counts.size() - 1)] += 1;
  }
  density.cells.assign(counts.size(), 0.0);
  const auto size = static_cast<std::ptrdiff_t>(counts.size());
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    for (std::ptrdiff_t k = -kernel_reach; k <= kernel_reach; ++k) {
      if (i + k < 0 || i + k >= size) continue;
      const double distance = static_cast<double>(k) / kernel_cells;
      density.cells[static_cast<std::size_t>(i)] +=
          counts[static_cast<std::size_t>(i + k)] * std::exp(-distance * distance / 2);
    }
  }
  return density;
}

struct Peak {
  std::size_t top = 0;
  std::size_t from = 0;  ///< first cell of its hump
  std::size_t to = 0;    ///< one past the last
};

std::vector<Peak> local_peaks(const std::vector<double>& cells) {
  std::vector<Peak> peaks;
  std::size_t valley = 0;
  bool rising = true;
  std::size_t top = 0;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (rising && cells[i] < cells[i - 1]) {
      top = i - 1;
      rising = false;
      valley = i;
    } else if (!rising && cells[i] > cells[i - 1]) {
      peaks.push_back({top, peaks.empty() ? 0 : peaks.back().to, valley});
      rising = true;
    }
    if (!rising && cells[i] <= cells[valley]) valley = i;
  }
  if (rising) top = cells.size() - 1;
  peaks.push_back({top, peaks.empty() ? 0 : peaks.back().to, cells.size()});
  return peaks;
}

double mass(const std::vector<double>& cells, const Peak& peak) {
  double sum = 0;
  for (std::size_t i = peak.from; i < peak.to; ++i) sum += cells[i];
  return sum;
}

/// Whether two neighbours are one hump after all.
bool belong_together(const Density& density, const Peak& left, const Peak& right, const ModeOptions& options,
                     double total) {
  const double lower = std::min(density.cells[left.top], density.cells[right.top]);
  const double valley = density.cells[std::min(left.to, density.cells.size() - 1)];
  const double factor = std::exp2(density.log2_at(right.top) - density.log2_at(left.top));
  const double smaller = std::min(mass(density.cells, left), mass(density.cells, right));
  return valley > options.valley_max * lower || factor < options.factor_min ||
         smaller < options.share_min * total;
}

/// Joins neighbours, the weakest pair first, until every pair stands apart.
void merge(const Density& density, std::vector<Peak>& peaks, const ModeOptions& options) {
  double total = 0;
  for (const double cell : density.cells) total += cell;
  while (peaks.size() > 1) {
    std::size_t weakest = peaks.size();
    double weakest_mass = 0;
    for (std::size_t i = 0; i + 1 < peaks.size(); ++i) {
      if (!belong_together(density, peaks[i], peaks[i + 1], options, total)) continue;
      const double smaller = std::min(mass(density.cells, peaks[i]), mass(density.cells, peaks[i + 1]));
      if (weakest == peaks.size() || smaller < weakest_mass) {
        weakest = i;
        weakest_mass = smaller;
      }
    }
    if (weakest == peaks.size()) return;
    Peak& left = peaks[weakest];
    const Peak& right = peaks[weakest + 1];
    if (density.cells[right.top] > density.cells[left.top]) left.top = right.top;
    left.to = right.to;
    peaks.erase(peaks.begin() + static_cast<std::ptrdiff_t>(weakest) + 1);
  }
}

}  // namespace

std::optional<std::vector<Mode>> find_modes(std::span<const double> values, const ModeOptions& options) {
  if (values.empty() || !all_finite(values)) return std::nullopt;
  if (std::any_of(values.begin(), values.end(), [](double value) { return value <= 0; })) return std::nullopt;
  const Density density = smooth_density(values);
  auto peaks = local_peaks(density.cells);
  merge(density, peaks, options);
  std::vector<Mode> modes;
  for (const Peak& peak : peaks) {
    Mode mode{std::exp2(density.log2_at(peak.top)), density.border(peak.from), density.border(peak.to), 0};
    const auto inside =
        std::count_if(values.begin(), values.end(), [&](double v) { return v >= mode.low && v < mode.high; });
    mode.share = static_cast<double>(inside) / static_cast<double>(values.size());
    modes.push_back(mode);
  }
  return modes;
}

}  // namespace bftp::judge::statistics
