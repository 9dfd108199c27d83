#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bftp::report {

/// Mean of the two in the middle where their number is even. Precondition: not empty.
double median_of(std::span<const double> values);

/// All of them, or where they are more than `most` that many medians of neighbours, in order: what a picture
/// with so many places shows of a long series. Nothing for `most` = 0.
std::vector<double> medians_of_neighbours(std::span<const double> values, std::size_t most);

}  // namespace bftp::report
