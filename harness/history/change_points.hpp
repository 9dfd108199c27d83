#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bftp::history {

struct ChangeOptions {
  double share_min = 0.05;     ///< medians of both sides differ by so much of the smaller one, at least
  double noise_times_min = 1;  ///< and by so many robust standard deviations of the values around them
  double alpha = 0.01;         ///< chance of a find in a series without any
  std::size_t side_min = 3;    ///< values on each side
  std::uint64_t seed = 1;      ///< of the permutations
};

/// Change points are looked for among the last so many values.
inline constexpr std::size_t change_points_values_max = 400;

/// A place where a series changes for good.
struct ChangePoint {
  std::size_t index = 0;  ///< of the first value after it
  double before = 0;      ///< median from the change before (or the start) to here …
  double after = 0;       ///< … and from here to the next change (or the end)
  double p = 1;           ///< of the permutation test
};

/// Change points of a series, in order. E-divisive (Matteson and James, "A nonparametric approach for
/// multiple change point analysis of multivariate data", JASA 109, 2014): split where the energy distance
/// between both sides (with the sizes' weight) is largest, test that by permutations, go on in each part. As
/// for performance histories in Fleming and others, "Hunter: Using Change Point Detection to Hunt for
/// Performance Regressions" (ICPE 2023), a find counts only beyond a floor. Permutations are seeded and end
/// early once the test cannot be significant any more (Besag and Clifford, Biometrika 78, 1991). Values are
/// exchanged as if they were independent: a series that creeps looks like steps. Bounded: of more than
/// change_points_values_max values the last ones. Nothing for a value that is not finite, or fewer than 2
/// side_min values.
std::vector<ChangePoint> change_points(std::span<const double> values, const ChangeOptions& options = {});

}  // namespace bftp::history
