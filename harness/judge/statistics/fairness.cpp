#include "harness/judge/statistics/fairness.hpp"

#include <algorithm>
#include <cmath>

#include "harness/judge/statistics/finite.hpp"

namespace bftp::judge::statistics {

std::optional<double> jain_index(std::span<const double> shares) {
  if (shares.empty() || !all_finite(shares)) return std::nullopt;
  if (std::any_of(shares.begin(), shares.end(), [](double share) { return share < 0; })) return std::nullopt;
  const double largest = *std::max_element(shares.begin(), shares.end());
  if (largest <= 0) return std::nullopt;
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {  // scaled, so that neither overflow nor underflow shows
    sum += share / largest;
    squares += share / largest * (share / largest);
  }
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace bftp::judge::statistics
