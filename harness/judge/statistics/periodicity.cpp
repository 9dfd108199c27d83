#include "harness/judge/statistics/periodicity.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

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

/// Positions folded at a frequency.
struct Fold {
  double arc = 1;          ///< the smallest part of the circle that holds all phases, in turns
  std::size_t cycles = 0;  ///< that hold a position: several in one tell no more of the rhythm than one
};

Fold fold_at(std::span<const double> positions, double frequency) {
  std::vector<double> turns, phases;
  for (const double position : positions) {
    turns.push_back(frequency * (position - positions.front()));
    phases.push_back(turns.back() - std::floor(turns.back()));
  }
  std::sort(phases.begin(), phases.end());
  double gap = phases.front() + 1 - phases.back(), begin = phases.front();
  for (std::size_t i = 1; i < phases.size(); ++i)
    if (phases[i] - phases[i - 1] > gap) gap = phases[i] - phases[i - 1], begin = phases[i];
  std::set<double> cycles;
  constexpr double rounding = 1e-9;
  for (const double turn : turns) cycles.insert(std::floor(turn - begin + rounding));
  return {1 - gap, cycles.size()};
}

/// That phases of independent positions agree as well, at one frequency: by Rayleigh's test, which bears a
/// stray, or by the range, which is sharp where there is none. `tried`: independent frequencies.
double chance_of(const Fold& fold, double strength, double tried) {
  const auto n = static_cast<double>(fold.cycles);
  const double rayleigh = std::exp(-n * strength * strength);
  constexpr double arc_least = 0.01;  // no more is made of five that agree
  const double range = fold.arc < 0.5 ? oversampling * n * std::pow(std::max(fold.arc, arc_least), n - 1) : 1;
  return std::min(1.0, 2 * std::max(1.0, tried) * std::min(rayleigh, range));
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
  const Fold fold = fold_at(positions, best_frequency);
  if (fold.cycles < events_min) return std::nullopt;
  const double p = chance_of(fold, best, tried);
  if (p > p_max) return std::nullopt;
  return Recurrence{1 / best_frequency, best, p};
}

}  // namespace bftp::judge::statistics
