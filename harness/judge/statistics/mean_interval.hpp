#pragma once

#include <optional>
#include <span>

#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge::statistics {

/// Two-sided interval for the mean of independent values: mean ± t s / sqrt(n), t of Student's distribution
/// with n - 1 degrees of freedom (Student, "The probable error of a mean", Biometrika 6, 1908). Exact for
/// normal values; of few large ones among zeros, as memory that comes in lumps, it is as wide as their number
/// is small. R: t.test(x, conf.level = confidence)$conf.int. Nothing below two values, and if one is not
/// finite.
std::optional<Interval> mean_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace bftp::judge::statistics
