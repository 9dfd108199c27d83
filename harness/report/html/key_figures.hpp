#pragma once

#include <string>
#include <vector>

#include "harness/report/run_report.hpp"

namespace bftp::report {

/// A figure that a reader wants first.
struct KeyFigure {
  std::string name;    ///< "Median speed"
  std::string value;   ///< "812 MiB/s"
  std::string remark;  ///< "GET db.csv; reference server 1,204 MiB/s"
};

/// At most six: transfers, speed, tail, CPU, memory, duration. What was not measured is left out.
std::vector<KeyFigure> key_figures(const record::RunRecord& record);

}  // namespace bftp::report
