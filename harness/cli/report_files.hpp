#pragma once

#include <string>

#include "harness/report/run_report.hpp"
#include "protocol/result.hpp"

namespace bftp::cli {

/// Renders every registered format into `folder`, each to a temporary name and renamed. Errors: no_space,
/// no_permission; the first one, after all formats were tried.
protocol::Result<void> write_report_files(const report::RunReport& report, const std::string& folder);

}  // namespace bftp::cli
