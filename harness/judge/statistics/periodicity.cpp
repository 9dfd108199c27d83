#include "harness/judge/statistics/periodicity.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "harness/judge/statistics/finite.hpp"

namespace bftp::judge::statistics {
namespace {

constexpr std::size_t events_min = 5;
constexpr std::size_t events_max = 1000;
/// Steps of the frequency, in parts of 1 / span: fine enough that no event's phase jumps.
constexpr double oversampling = 8;
constexpr double frequencies_max = 40'000;

double strength_at(std::span<const double> positions, double frequency) {
  double x = 0, y = 0;
  for (const double position : positions) {
    const double phase = 2 * std::numbers::pi * frequency * (position - positions.front());
    x += std::cos(phase);
    y += std::sin(phase);
  }
  return std::hypot(x, y) / static_cast<double>(positions.size());
}

}  // namespace

double phase_strength(std::span<const double> positions, double period) {
  return positions.empty() || !(period > 0) ? 0 : strength_at(positions, 1 / period);
}

std::optional<Recurrence> find_recurrence(std::span<const double> positions, double period_min,
                                          double strength_min, double p_max) {
  if (!(period_min > 0) || !all_finite(positions)) return std::nullopt;
  positions = positions.subspan(0, std::min(positions.size(), events_max));
  if (positions.size() < events_min) return std::nullopt;
  const double span = positions.back() - positions.front();
  const double lowest = 4 / span;
  if (!(span > 0) || 1 / period_min <= lowest) return std::nullopt;
  const double step = 1 / (oversampling * span);
  const double highest = std::min(1 / period_min, lowest + frequencies_max * step);
  // From long periods to short ones: a fraction has to fit clearly better to be taken instead.
  constexpr double clearly = 0.02;
  double best_frequency = 0, best = 0;
  for (double frequency = lowest; frequency <= highest; frequency += step) {
    const double strength = strength_at(positions, frequency);
    if (strength > best + (best >= strength_min ? clearly : 0)) best = strength, best_frequency = frequency;
  }
  if (best < strength_min) return std::nullopt;
  for (double fine = -1; fine <= 1; fine += 0.05) {
    const double frequency = best_frequency + fine * step;
    const double strength = strength_at(positions, frequency);
    if (strength > best) best = strength, best_frequency = frequency;
  }
  const double tried = (highest - lowest) * span;
  const auto n = static_cast<double>(positions.size());
  const double p = std::min(1.0, std::max(1.0, tried) * std::exp(-n * best * best));
  if (p > p_max) return std::nullopt;
  return Recurrence{1 / best_frequency, best, p};
}

}  // namespace bftp::judge::statistics
