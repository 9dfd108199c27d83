#include "harness/judge/statistics/stalls.hpp"

#include <algorithm>
#include <array>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge::statistics {
namespace {

struct Band {
  Signature signature;
  double low_ms;
  double high_ms;
};

// Each timer's length and what scheduling adds to it on a busy machine.
constexpr std::array<Band, 3> bands{{{Signature::delayed_ack, 36, 56},
                                     {Signature::retransmission, 190, 260},
                                     {Signature::syn_retransmission, 950, 1100}}};

std::size_t count_between(std::span<const double> values, double low, double high) {
  return static_cast<std::size_t>(std::count_if(values.begin(), values.end(),
                                                [&](double value) { return value >= low && value < high; }));
}

}  // namespace

std::optional<std::vector<std::size_t>> find_stalls(std::span<const double> times_ms,
                                                    const StallLimit& limit) {
  const auto centre = median(times_ms);
  if (!centre) return std::nullopt;
  std::vector<std::size_t> stalls;
  for (std::size_t i = 0; i < times_ms.size(); ++i) {
    if (times_ms[i] > limit.times_median * *centre + limit.excess_ms) stalls.push_back(i);
  }
  return stalls;
}

Signature name_signature(std::span<const double> excess_ms, double share_min) {
  if (excess_ms.empty() || !all_finite(excess_ms)) return Signature::none;
  for (const Band& band : bands) {
    const auto inside = count_between(excess_ms, band.low_ms, band.high_ms);
    if (static_cast<double>(inside) >= share_min * static_cast<double>(excess_ms.size()))
      return band.signature;
  }
  return Signature::none;
}

std::optional<Crowd> timer_crowd(std::span<const double> excess_ms, double contrast) {
  if (!all_finite(excess_ms)) return std::nullopt;
  std::optional<Crowd> best;
  for (const Band& band : bands) {
    if (band.signature == Signature::syn_retransmission) continue;
    const double from = 0.35 * band.low_ms;
    const double to = 0.8 * band.low_ms;
    Crowd crowd{band.low_ms, band.high_ms, count_between(excess_ms, band.low_ms, band.high_ms),
                count_between(excess_ms, from, to)};
    const double per_ms = static_cast<double>(crowd.count) / (band.high_ms - band.low_ms);
    const double leading_per_ms = static_cast<double>(crowd.leading) / (to - from);
    // One hump that goes on beyond the band is no timer's either.
    const double after = 1.1 * band.high_ms, end = 1.8 * band.high_ms;
    const double following_per_ms = static_cast<double>(count_between(excess_ms, after, end)) / (end - after);
    const bool apart =
        crowd.count > 0 && per_ms >= contrast * leading_per_ms && per_ms >= 2 * following_per_ms;
    if (apart && (!best || crowd.count > best->count)) best = crowd;
  }
  return best;
}

std::optional<Period> find_period(std::span<const double> positions, double jitter_max) {
  if (positions.size() < 5 || !all_finite(positions)) return std::nullopt;
  std::vector<double> distances;
  for (std::size_t i = 1; i < positions.size(); ++i) distances.push_back(positions[i] - positions[i - 1]);
  const auto length = median(distances);
  const auto jitter = robust_cv(distances);
  if (!jitter || *jitter > jitter_max) return std::nullopt;
  return Period{*length, *jitter};
}

}  // namespace bftp::judge::statistics
