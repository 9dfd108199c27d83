#pragma once

#include <optional>
#include <vector>

#include "harness/judge/verdict.hpp"

/// The judgements about time and CPU of one run as a family of tests.
namespace bftp::judge {

/// What is allowed for the whole family: the chance that any healthy server of 20 is failed by noise alone.
inline constexpr double family_alpha = 0.05;

/// One p-value for "both passes show it", from those of two independent passes (Fisher, Statistical Methods
/// for Research Workers, 4th ed. 1932, 21.1): k (1 - ln k) with k = p q.
double p_of_both(double p, double q);

/// Failures whose p-value, corrected for all p-values of the family (Holm 1979), is above family_alpha become
/// inconclusive: among so many questions one such answer comes by chance. Verdicts without a p-value are left
/// alone and do not count.
void correct_family(std::vector<Verdict>& verdicts);

}  // namespace bftp::judge
