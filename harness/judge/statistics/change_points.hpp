#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Where the level of a series steps.
namespace bftp::judge::statistics {

/// Longer series are refused: the caller bins them. Work is quadratic in the worst case.
inline constexpr std::size_t change_points_values_max = 5000;

struct ChangePoint {
  std::size_t at = 0;  ///< index of the first value of the new level
  double before = 0;   ///< median of the stretch up to the change before this one
  double after = 0;    ///< median of the stretch up to the next change
  double p = 1;        ///< by permutation, of the split that found it
};

struct ChangePointOptions {
  double p_max = 0.01;
  std::size_t stretch_min = 3;       ///< values between two changes
  double size_min = 0;               ///< |after - before|; smaller steps are no change
  std::uint32_t permutations = 999;  ///< p is at least 1 / (permutations + 1)
  std::uint64_t seed = 1;            ///< of the permutations
};

/// Binary segmentation (Scott and Knott, Biometrics 30, 1974) with a maximally selected rank statistic
/// (Lausen and Schumacher, Biometrics 48, 1992): of U(t) = 2 (r_1 + … + r_t) - t (n + 1), which is Pettitt's
/// (Applied Statistics 28, 1979), the largest |U| / sqrt(t (n - t)) is the split, and it counts if no more
/// than `p_max` of the permutations of the series (Good, Permutation Tests, 1994) reach it. The divisor gives
/// steps near the ends the weight of those in the middle. Ranks make it robust: outliers weigh no more than
/// their place. In order of `at`. CAUTION: it supposes values that are independent beside the steps, and a
/// steady slope has splits too: see `is_step`. Nothing for a series that is too long or not finite; empty for
/// a constant one and for one too short to split.
std::optional<std::vector<ChangePoint>> change_points(std::span<const double> values,
                                                      const ChangePointOptions& options = {});

/// Whether the change is a step and not a point of a slope: within neither of the two stretches beside it
/// does the series move by more than half of the step in the step's direction (Theil-Sen line over the
/// stretch).
bool is_step(std::span<const double> values, const std::vector<ChangePoint>& changes, std::size_t index);

}  // namespace bftp::judge::statistics
