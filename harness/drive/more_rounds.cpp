#include "harness/drive/more_rounds.hpp"

#include <algorithm>
#include <cmath>

namespace bftp::drive {

std::uint32_t rounds_affordable(std::uint32_t wanted, const RoundsSoFar& so_far) {
  if (!so_far.max_time_s) {
    const std::uint32_t most = so_far.planned * rounds_factor_max;
    return so_far.done >= most ? 0 : std::min(wanted, most - so_far.done);
  }
  const double round_s = so_far.first_pass_s / std::max(1u, so_far.planned);
  const double left_s = *so_far.max_time_s - so_far.now_s - so_far.first_pass_s;
  if (left_s <= 0) return 0;
  if (round_s <= 0) return wanted;
  return static_cast<std::uint32_t>(std::min<double>(wanted, std::floor(left_s / round_s)));
}

}  // namespace bftp::drive
