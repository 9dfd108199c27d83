#pragma once

#include <optional>
#include <span>
#include <vector>

#include "harness/report/charts/thin.hpp"

namespace bftp::report {

/// Borders of `bins` bins of equal ratio from the lowest to the highest positive value of all samples; empty
/// without any. A single value gets bins of 5 % around it.
std::vector<double> log_borders(std::span<const std::vector<double>> samples, std::size_t bins);

/// Share in percent of the values in each bin, as steps: y holds from its x to the next, and the last border
/// closes with 0. Values outside count into the nearest bin.
Points histogram_steps(std::span<const double> values, std::span<const double> borders);

/// The tail: service time of the slowest 1 in N, for N from 1 (the quickest of all) to the number of values.
/// At most `max` points, evenly spread over log N. `ascending` is sorted and not empty.
Points tail_curve(std::span<const double> ascending, std::size_t max);

}  // namespace bftp::report
