#include "harness/judge/statistics/bootstrap.hpp"

#include <vector>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/split_mix.hpp"

namespace bftp::judge::statistics {
std::optional<Interval> bootstrap_interval(std::span<const double> values, const Statistic& statistic,
                                           std::uint64_t seed, std::size_t resamples, double confidence) {
  if (values.empty() || !all_finite(values) || resamples == 0 || !(confidence > 0 && confidence < 1))
    return std::nullopt;
  SplitMix64 random(seed);
  std::vector<double> resample(values.size());
  std::vector<double> results;
  results.reserve(resamples);
  for (std::size_t i = 0; i < resamples; ++i) {
    for (double& value : resample) value = values[random.below(values.size())];
    const auto result = statistic(resample);
    if (!result) return std::nullopt;
    results.push_back(*result);
  }
  const double tail = (1 - confidence) / 2;
  const auto low = quantile(results, tail);
  const auto high = quantile(results, 1 - tail);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

}  // namespace bftp::judge::statistics
