#pragma once

#include <span>
#include <string>

#include "harness/history/trends.hpp"
#include "harness/report/terminal.hpp"

namespace bftp::report {

/// A history's runs, one a line, the newest last: when, commit, verdict, server, failed checks.
std::string runs_text(std::span<const history::RunSummary> runs, const TerminalStyle& style = {});

/// What may be compared and what was left out; each change with its range of commits; each trend as a small
/// picture with its figures. `all`: every trend, else those that changed and those of the whole run.
std::string trends_text(const history::Trends& trends, bool all, const TerminalStyle& style = {});

/// The last `width` values as one character each, from the lowest to the highest: "▁▂▂▇". ASCII without
/// unicode. A constant series lies in the middle.
std::string sparkline(std::span<const double> values, std::size_t width, bool unicode);

}  // namespace bftp::report
