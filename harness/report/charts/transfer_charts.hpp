#pragma once

#include <vector>

#include "harness/record/run_record.hpp"
#include "harness/report/charts/chart.hpp"

namespace bftp::report {

/// Speed over iterations, distribution and tail of service times, with a view for each (op, fixture) in the
/// same order: the one that moved most bytes first. Empty without transfers.
std::vector<Chart> transfer_charts(const record::RunRecord& record);

}  // namespace bftp::report
