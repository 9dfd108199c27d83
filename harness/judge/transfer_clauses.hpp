#pragma once

#include <string>
#include <vector>

#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// The clauses by which the run's dialect moves files: 4.1 and 4.2, or the one of section 7.
std::vector<std::string> transfer_clauses(const record::RunRecord& record);

}  // namespace bftp::judge
