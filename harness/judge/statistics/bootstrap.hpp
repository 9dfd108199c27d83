#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge::statistics {

/// Percentile interval of the bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch.
/// 13): resamples with replacement, takes the statistic of each, and cuts the tails off. The same seed gives
/// the same interval on every machine (the generator is SplitMix64, Steele and others, OOPSLA 2014; no
/// library distribution takes part). Values should be independent: give it medians of blocks, not single
/// transfers of one block. Nothing for an empty or not finite series, and where the statistic itself hands
/// back nothing.
using Statistic = std::function<std::optional<double>(std::span<const double>)>;
std::optional<Interval> bootstrap_interval(std::span<const double> values, const Statistic& statistic,
                                           std::uint64_t seed, std::size_t resamples = 1000,
                                           double confidence = 0.95);

}  // namespace bftp::judge::statistics
