#pragma once

#include <span>
#include <vector>

#include "harness/record/run_record.hpp"

namespace bftp::record {

/// Of one id, beside the line that says that there were more.
inline constexpr std::size_t warnings_of_a_kind_max = 5;

/// Adds what is not there yet word for word. A server that stops our workers in every block would else fill
/// the report, and CI's summary with its limit of 1 MiB: of each kind the first few are kept.
void note(std::vector<Warning>& warnings, const Warning& warning);
void note(std::vector<Warning>& warnings, std::span<const Warning> more);

}  // namespace bftp::record
