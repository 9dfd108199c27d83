#pragma once

#include <vector>

#include "harness/judge/comparison/comparison.hpp"

namespace bftp::judge {

/// One figure of both servers, a value for each round that has one: the unit of all inference, since each
/// round has fresh processes and its own order.
struct RoundSeries {
  ComparisonRow row;               ///< what it is about; no figures yet
  std::vector<double> effects;     ///< log(head / base), or head - base where the metric is a difference
  std::vector<double> base, head;  ///< in the metric's unit, for the table
};

/// In the order of the table. A round counts for a kind of work if at least two of its pairs are there; their
/// effects are combined by Hodges and Lehmann's estimate. Couples of pairs in which a transfer failed are
/// left out, and rounds with one for memory; a series that can gate may have no value for that. Figures that
/// were not measured are left out.
std::vector<RoundSeries> round_series(const record::RunRecord& record);

/// The share of comparison_error_max that the present look may spend. Judged once: all of it. Judged again
/// and again until it answers: look n spends 1 / (n (n + 1)), which sums to 1 over any number of looks.
double error_of_look(const record::Comparison& comparison);

}  // namespace bftp::judge
