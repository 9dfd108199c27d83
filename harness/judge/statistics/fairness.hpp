#pragma once

#include <optional>
#include <span>

namespace bftp::judge::statistics {

/// Jain's fairness index (Jain, Chiu and Hawe, "A Quantitative Measure of Fairness", DEC-TR-301, 1984):
/// (sum x)^2 / (n sum x^2), 1 when all get the same, 1/n when one gets all. Nothing for an empty series, a
/// negative or not finite share, or when nobody gets anything.
std::optional<double> jain_index(std::span<const double> shares);

}  // namespace bftp::judge::statistics
