#pragma once

#include <cstdint>
#include <string>

#include "harness/record/run_record.hpp"

namespace bftp::record {

/// Transfers of the comparison of one client with all have numbers of iterations that the rounds never reach,
/// from this one on, so that a failure is told from theirs.
inline constexpr std::uint32_t crowding_iterations_from = 1u << 30;

/// "iteration 17", or which phase it was that has no such number.
std::string iteration_text(std::uint32_t iteration);

/// Every transfer of `arm` that was to bring a whole file: those of the log, and the good ones of the
/// comparison of one client with all (Crowding), which have no row there while the failed ones have. A share
/// of failures without them would be too high.
TransferCount all_transfers(const RunRecord& record, Arm arm);

}  // namespace bftp::record
