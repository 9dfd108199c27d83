#include "harness/judge/growth_rate.hpp"

#include <algorithm>

#include "harness/judge/statistics/rank_sum.hpp"

namespace bftp::judge {

bool certainly_slower(const GrowthRate& first, const GrowthRate& repeats) {
  if (first.what != repeats.what) return false;
  if (repeats.range.high + repeats.resolution >= first.range.low - first.resolution) return false;
  constexpr double one_side_of_95_percent = 0.025;
  constexpr double rounding = 1e-9;
  const double enough =
      std::max(one_side_of_95_percent,
               statistics::least_p_of_below(first.paces.size(), repeats.paces.size()) + rounding);
  return !first.paces.empty() && !repeats.paces.empty() &&
         statistics::p_of_below(first.paces, repeats.paces) <= enough;
}

}  // namespace bftp::judge
