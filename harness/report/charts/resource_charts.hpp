#pragma once

#include <vector>

#include "harness/record/run_record.hpp"
#include "harness/report/charts/chart.hpp"

namespace bftp::report {

/// Memory, CPU and handles of the server's process tree over time, with the server's blocks and the watches
/// as bands and the quiet points as marks. Charts without a single reading are left out.
std::vector<Chart> resource_charts(const record::RunRecord& record);

}  // namespace bftp::report
