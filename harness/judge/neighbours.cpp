#include "harness/judge/neighbours.hpp"

#include <cmath>
#include <vector>

#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge {

std::optional<NeighbourNoise> neighbour_noise(const record::RunRecord& record) {
  std::vector<double> differences;
  for (const Group& group : groups_of({record, false}, record::Arm::server)) {
    const auto blocks = by_block(group, &Sample::transfer_ms);
    for (std::size_t i = 0; i + 1 < blocks.size(); i += 2) {
      const auto a = statistics::median(blocks[i].values), b = statistics::median(blocks[i + 1].values);
      if (a && b && *a > 0 && *b > 0) differences.push_back(std::abs(*a / *b - 1));
    }
  }
  const auto median = statistics::median(differences);
  if (!median) return std::nullopt;
  return NeighbourNoise{*median, differences.size()};
}

}  // namespace bftp::judge
