#pragma once

#include <span>

/// Two samples of independent values, compared without an assumption on their distribution.
namespace bftp::judge::statistics {

/// One-sided rank-sum test: the chance to see the values of `b` as far below those of `a`, or farther, if
/// both came from one distribution (Wilcoxon 1945; Mann and Whitney, Annals of Mathematical Statistics 18,
/// 1947). Equal values speak against "below", which makes it cautious. Exact up to 2500 pairs, normal beyond.
/// 1 if either is empty or has a value that is not finite. R without ties: wilcox.test(b, a, alternative =
/// "less", exact = TRUE)$p.value
double p_of_below(std::span<const double> a, std::span<const double> b);

/// The smallest value that p_of_below() can take with so many values: every one of `b` below every one of
/// `a`.
double least_p_of_below(std::size_t a, std::size_t b);

}  // namespace bftp::judge::statistics
