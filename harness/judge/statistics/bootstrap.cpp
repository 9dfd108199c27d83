#include "harness/judge/statistics/bootstrap.hpp"

#include <vector>

#include "harness/judge/statistics/finite.hpp"

namespace bftp::judge::statistics {
namespace {

class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
  }

  /// 0 to bound - 1 from the upper 32 bits; the bias is below bound / 2^32.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(((next() >> 32) * bound) >> 32); }

 private:
  std::uint64_t state_;
};

}  // namespace

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
