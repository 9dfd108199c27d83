#pragma once

#include <string>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::report {

/// The one model that every report format is a pure function of.
struct RunReport {
  const record::RunRecord& record;
  std::vector<judge::Verdict> verdicts;
  int exit_code = 3;
  std::string folder;  ///< of the run, as the user may type it
};

}  // namespace bftp::report
