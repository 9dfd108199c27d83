#pragma once

#include <string>
#include <vector>

#include "harness/judge/statistics/quantiles.hpp"

/// How fast something grew in one pass, to be compared with the other pass.
namespace bftp::judge {

struct GrowthRate {
  std::string what;            ///< "memory", "descriptor": only like is compared with like
  double slope = 0;            ///< Theil-Sen, per transfer or request
  statistics::Interval range;  ///< of the slope
  double resolution = 0;       ///< of the slope: one unit of what is read (a page, a handle) over the pass
  std::vector<double> paces;   ///< from each quiet point to the next
};

/// Whether the repeats grew certainly less than the first pass, as what approaches a plateau does; a leak is
/// a constant for each transfer. Two things must hold at 95 % confidence: the slopes' intervals lie apart by
/// more than their resolution, and the paces of single rounds lie lower by the rank-sum test. The second is
/// there since a leak in some transfers only is a random walk, for which a slope's interval is too narrow.
/// With too few rounds for 95 % every pace must lie below every one of the first pass.
bool certainly_slower(const GrowthRate& first, const GrowthRate& repeats);

}  // namespace bftp::judge
