#pragma once

#include <cstdint>
#include <optional>

namespace bftp::drive {

/// Where a run stands when it is asked for more rounds.
struct RoundsSoFar {
  std::uint32_t planned = 1;         ///< of the first pass as planned
  std::uint32_t done = 1;            ///< with those that were added
  double first_pass_s = 0;           ///< how long the planned ones took, with watches and settling
  double now_s = 0;                  ///< since the run's start
  std::optional<double> max_time_s;  ///< of the whole run
};

/// Without a time limit a run may grow to this many times its planned rounds.
inline constexpr std::uint32_t rounds_factor_max = 4;

/// How many of `wanted` rounds there is time for: within max_time_s, less as long as the first pass took,
/// since a failure wants repeats; without a limit up to rounds_factor_max times the plan's. 0: none, also
/// when none is wanted.
std::uint32_t rounds_affordable(std::uint32_t wanted, const RoundsSoFar& so_far);

}  // namespace bftp::drive
