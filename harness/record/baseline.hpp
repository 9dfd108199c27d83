#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bftp::record {

/// One figure of a run, for comparing runs of different days. Its name ends with its unit, or with
/// `_vs_control` where it is a ratio to the reference server in the same run: those travel between days.
struct Metric {
  std::string name;               ///< "service_p50_ms", "service_vs_control"
  std::string op;                 ///< "get", "put"; empty: of the whole run
  std::string fixture;            ///< file's name, or "small files"; empty: of the whole run
  double value = 0;               ///< finite
  std::optional<double> low;      ///< 95 % interval unless said otherwise; none if too few values bound it
  std::optional<double> high;     ///< likewise
  std::uint64_t count = 0;        ///< values that it stands on: transfers, blocks, pairs
  bool higher_is_better = false;  ///< throughput alone
};

/// "service_p50_ms GET db.csv".
std::string label_of(const Metric& metric);
bool same_quantity(const Metric& a, const Metric& b);  ///< name, op and fixture

/// What a run is held against: the summary of one earlier run or of several like ones. Part of the record, so
/// that judging again says the same.
struct Baseline {
  std::string source;                ///< "reports/x", "3 runs of history.sqlite"
  std::string version;               ///< of the harness that measured, whose reference server was the control
  std::uint32_t runs = 0;            ///< that were summarised; 0: none was comparable
  std::string unlike;                ///< why nothing may be compared; empty: it may
  bool named_run = false;            ///< one run that the user named, not what a history had to offer
  std::vector<std::string> commits;  ///< of the runs, oldest first; unknown ones left out
  std::vector<Metric> metrics;  ///< medians over the runs; low and high span the intervals of all of them
};

}  // namespace bftp::record
