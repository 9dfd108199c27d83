#pragma once

#include <cstddef>
#include <optional>

#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// How much the same server differs from itself: the median |ratio - 1| of the median service times of
/// neighbouring blocks of the same work, each block in one pair only. Nothing without a pair.
struct NeighbourNoise {
  double difference_share = 0;
  std::size_t pairs = 0;
};
std::optional<NeighbourNoise> neighbour_noise(const record::RunRecord& record);

}  // namespace bftp::judge
