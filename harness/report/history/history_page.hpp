#pragma once

#include <string>

#include "harness/history/trends.hpp"
#include "harness/report/html/assets.hpp"

namespace bftp::report {

/// A history as one self-contained page: changes first, then a chart for each quantity, then the runs. Opens
/// offline; what a server's name or a commit says cannot act.
std::string history_page(const history::Trends& trends, const Assets& assets);

}  // namespace bftp::report
