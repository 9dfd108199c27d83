#pragma once

#include <span>
#include <string>

#include "harness/history/trends.hpp"

namespace bftp::report {

/// Everything, for programs: runs with checks and metrics, what was left out, trends with their changes.
std::string history_json(const history::Trends& trends);

/// A row per run and metric, by RFC 4180 with `\n` line ends:
/// run,started_utc,commit,server,hostname,cpu_model,cores,exit_code,metric,op,fixture,unit,value,low,high,count
std::string history_csv(std::span<const history::RunSummary> runs);

}  // namespace bftp::report
