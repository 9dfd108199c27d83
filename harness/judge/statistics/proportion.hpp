#pragma once

#include <cstdint>
#include <optional>

#include "harness/judge/statistics/quantiles.hpp"

/// Bounds for the probability of an event that was seen k times in n independent tries.
namespace bftp::judge::statistics {

/// Clopper and Pearson's exact interval (Biometrika 26, 1934), from quantiles of the beta distribution;
/// two-sided, covers with `confidence` at least. R: binom.test(k, n)$conf.int. Nothing if n is 0 or k above
/// n.
std::optional<Interval> clopper_pearson(std::uint64_t events, std::uint64_t tries, double confidence = 0.95);

/// One-sided exact bounds: the probability lies above `lower_bound` (below `upper_bound`) with `confidence`.
/// R: binom.test(k, n, alternative = "greater" / "less")$conf.int.
std::optional<double> lower_bound(std::uint64_t events, std::uint64_t tries, double confidence = 0.95);
std::optional<double> upper_bound(std::uint64_t events, std::uint64_t tries, double confidence = 0.95);

struct Share {
  std::uint64_t events = 0, tries = 0;
};
/// Whether `other` has such events too, and perhaps as often: the one-sided bounds of the two overlap.
bool may_be_the_same_share(const Share& share, const Share& other);

/// Chance of `events` or more in `tries` if each has the probability `share`. R: binom.test(k, n, p,
/// alternative = "greater")$p.value. Nothing if tries is 0, events above tries, or share not within 0 to 1.
std::optional<double> p_at_least(std::uint64_t events, std::uint64_t tries, double share);

/// What n tries without one event exclude: 1 - (1 - confidence)^(1/n), about 3/n at 95 %: the rule of three
/// (Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983).
std::optional<double> rule_of_three(std::uint64_t tries, double confidence = 0.95);

/// Tries without an event that it takes to exclude a probability of `share` or more.
std::optional<std::uint64_t> tries_to_exclude(double share, double confidence = 0.95);

}  // namespace bftp::judge::statistics
