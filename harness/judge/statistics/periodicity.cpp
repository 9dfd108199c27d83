#include "harness/judge/statistics/periodicity.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <utility>
#include <vector>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/proportion.hpp"

namespace bftp::judge::statistics {
namespace {

constexpr std::size_t events_min = 5;
constexpr std::size_t events_max = 1000;
/// Steps of the frequency, in parts of 1 / span: fine enough that no event's phase jumps.
constexpr double oversampling = 8;
constexpr double frequencies_max = 40'000;
/// Phases that agree but for strays: so much of the circle, which must hold so many of the cycles.
constexpr double window = 0.05;
constexpr double window_share_min = 0.7;
/// A strength that strays leave.
constexpr double candidate_min = 0.6;
/// Of the looking itself, folded: more, and all phases are not looked at alike.
constexpr double even_strength_max = 0.3;
/// Rayleigh's test, the range's and the window's.
constexpr double tests = 3;

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
  double arc = 1;            ///< the smallest part of the circle that holds all phases, in turns
  std::size_t cycles = 0;    ///< that hold a position: several in one tell no more of the rhythm than one
  std::size_t agreeing = 0;  ///< the most of them that one window of the circle holds
  double from = 0;           ///< where that window begins, in turns since the first position
  bool mostly_agrees() const {
    return static_cast<double>(agreeing) >= window_share_min * static_cast<double>(cycles);
  }
};

/// Cycles whose positions a window holds, at the most, and where it begins. `turns` are counted from the
/// circle's emptiest place.
std::pair<std::size_t, double> fullest_window(const std::vector<double>& turns) {
  std::vector<std::pair<double, double>> placed;  // phase, cycle
  for (const double turn : turns) placed.emplace_back(turn - std::floor(turn), std::floor(turn));
  std::sort(placed.begin(), placed.end());
  std::map<double, std::size_t> inside;  // positions by cycle
  std::pair<std::size_t, double> fullest{0, 0};
  std::size_t end = 0;
  for (const auto& [from, cycle] : placed) {
    for (; end < placed.size() && placed[end].first <= from + window; ++end) ++inside[placed[end].second];
    if (inside.size() > fullest.first) fullest = {inside.size(), from};
    if (--inside[cycle] == 0) inside.erase(cycle);
  }
  return fullest;
}

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
  for (double& turn : turns) {
    turn += rounding - begin;
    cycles.insert(std::floor(turn));
  }
  const auto [agreeing, from] = fullest_window(turns);
  return {1 - gap, cycles.size(), agreeing, from + begin - rounding};
}

/// Share of the times at which an event could be seen that lies in the window of a fold.
double exposed_share(const Fold& fold, std::span<const double> exposure, double origin, double frequency) {
  std::size_t within = 0;
  for (const double at : exposure) {
    const double turn = frequency * (at - origin) - fold.from;
    within += turn - std::floor(turn) <= window ? 1 : 0;
  }
  return exposure.empty() ? 0 : static_cast<double>(within) / static_cast<double>(exposure.size());
}

/// What is known of the looking: at one frequency.
struct Looking {
  bool even = true;           ///< all phases are looked at alike
  double in_window = window;  ///< share of the looking that the fold's window holds, at least its own width
};

/// That phases of independent positions agree as well, at one frequency: by Rayleigh's test, which bears a
/// stray, by the range, which is sharp where there is none, or by the window, which bears more of them and
/// uneven looking. `tried`: independent frequencies.
double chance_of(const Fold& fold, double strength, double strength_min, double tried,
                 const Looking& looking) {
  const auto n = static_cast<double>(fold.cycles);
  const bool strong = looking.even && strength >= strength_min;
  const double rayleigh = strong ? std::exp(-n * strength * strength) : 1;
  constexpr double arc_least = 0.01;  // no more is made of five that agree
  const double range =
      strong && fold.arc < 0.5 ? oversampling * n * std::pow(std::max(fold.arc, arc_least), n - 1) : 1;
  // Any of the n may be the window's first.
  const auto others = statistics::p_at_least(fold.agreeing - 1, fold.cycles - 1, looking.in_window);
  const double in_window = fold.mostly_agrees() ? oversampling * n * others.value_or(1) : 1;
  return std::min(1.0, tests * std::max(1.0, tried) * std::min({rayleigh, range, in_window}));
}

}  // namespace

std::optional<Recurrence> find_recurrence(std::span<const double> positions, double period_min,
                                          std::span<const double> exposure, double strength_min,
                                          double p_max) {
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
    if (strength > best + (best >= candidate_min ? clearly : 0)) best = strength, best_frequency = frequency;
  }
  if (best < std::min(strength_min, candidate_min)) return std::nullopt;
  for (double fine = -1; fine <= 1; fine += 0.05) {
    const double frequency = best_frequency + fine * step;
    const double strength = strength_at(positions, frequency);
    if (strength > best) best = strength, best_frequency = frequency;
  }
  const double tried = (highest - lowest) * span;
  // Strays may fit a fraction of the period better by accident; of a multiple, half of the events do not
  // agree.
  constexpr int multiples = 10;
  constexpr double agreeing_kept = 0.8;
  const auto least = agreeing_kept * static_cast<double>(fold_at(positions, best_frequency).agreeing);
  for (int times = multiples; times >= 1; --times) {
    const double frequency = best_frequency / times;
    if (frequency < lowest) continue;
    const Fold fold = fold_at(positions, frequency);
    if (fold.cycles < events_min || static_cast<double>(fold.agreeing) < least) continue;
    const Looking looking{exposure.empty() || strength_at(exposure, frequency) <= even_strength_max,
                          std::max(window, exposed_share(fold, exposure, positions.front(), frequency))};
    const double strength = strength_at(positions, frequency);
    const double p = chance_of(fold, strength, strength_min, tried, looking);
    if (p <= p_max) return Recurrence{1 / frequency, strength, p};
  }
  return std::nullopt;
}

}  // namespace bftp::judge::statistics
