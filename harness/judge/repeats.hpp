#pragma once

#include <optional>
#include <string>

#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// Why the fresh repeats could not show growth again: the server ended in them, or failed transfers as it had
/// not before (it ran out of what it leaks). Nothing if they were as good as the first pass.
///
/// A leak that has come to the server's own limit no longer grows, and must not be taken for a warm-up.
std::optional<std::string> repeats_broke_down(const record::RunRecord& record);

}  // namespace bftp::judge
