#pragma once

#include <string>

#include "harness/report/html/assets.hpp"
#include "harness/report/run_report.hpp"

namespace bftp::report {

/// The report for people: one HTML file that needs neither network nor other files. Its
/// Content-Security-Policy names the two scripts and the style by hash and forbids everything else, so that
/// even markup that slipped through the escaping could load, send and run nothing. Under 3 MiB whatever the
/// run's length.
std::string html_page(const RunReport& report, const Assets& assets);

}  // namespace bftp::report
