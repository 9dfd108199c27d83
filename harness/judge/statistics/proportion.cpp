#include "harness/judge/statistics/proportion.hpp"

#include <cmath>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/special_functions/beta.hpp>

namespace bftp::judge::statistics {
namespace {

using boost::math::beta_distribution;

bool usable(std::uint64_t events, std::uint64_t tries, double confidence) {
  return tries > 0 && events <= tries && confidence > 0 && confidence < 1;
}

double low_end(std::uint64_t events, std::uint64_t tries, double tail) {
  if (events == 0) return 0;
  const auto k = static_cast<double>(events);
  return quantile(beta_distribution<double>(k, static_cast<double>(tries) - k + 1), tail);
}

double high_end(std::uint64_t events, std::uint64_t tries, double tail) {
  if (events == tries) return 1;
  const auto k = static_cast<double>(events);
  return quantile(complement(beta_distribution<double>(k + 1, static_cast<double>(tries) - k), tail));
}

}  // namespace

std::optional<Interval> clopper_pearson(std::uint64_t events, std::uint64_t tries, double confidence) {
  if (!usable(events, tries, confidence)) return std::nullopt;
  const double tail = (1 - confidence) / 2;
  return Interval{low_end(events, tries, tail), high_end(events, tries, tail)};
}

std::optional<double> lower_bound(std::uint64_t events, std::uint64_t tries, double confidence) {
  if (!usable(events, tries, confidence)) return std::nullopt;
  return low_end(events, tries, 1 - confidence);
}

std::optional<double> upper_bound(std::uint64_t events, std::uint64_t tries, double confidence) {
  if (!usable(events, tries, confidence)) return std::nullopt;
  return high_end(events, tries, 1 - confidence);
}

std::optional<double> p_at_least(std::uint64_t events, std::uint64_t tries, double share) {
  if (tries == 0 || events > tries || !(share >= 0 && share <= 1)) return std::nullopt;
  if (events == 0) return 1;
  const auto k = static_cast<double>(events);
  return boost::math::ibeta(k, static_cast<double>(tries) - k + 1, share);
}

std::optional<double> rule_of_three(std::uint64_t tries, double confidence) {
  if (!usable(0, tries, confidence)) return std::nullopt;
  return -std::expm1(std::log1p(-confidence) / static_cast<double>(tries));
}

std::optional<std::uint64_t> tries_to_exclude(double share, double confidence) {
  if (!(share > 0 && share < 1) || !(confidence > 0 && confidence < 1)) return std::nullopt;
  return static_cast<std::uint64_t>(std::ceil(std::log1p(-confidence) / std::log1p(-share)));
}

bool may_be_the_same_share(const Share& share, const Share& other) {
  if (other.events == 0) return false;
  return lower_bound(share.events, share.tries).value_or(0) <=
         upper_bound(other.events, other.tries).value_or(1);
}

}  // namespace bftp::judge::statistics
