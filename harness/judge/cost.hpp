#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// In what the work of two servers, or of one at two times, is compared.
enum class CostUnit : std::uint8_t {
  cpu_time,      ///< what the system charged
  instructions,  ///< what the processor counted: it depends on no cache, clock rate or neighbour
};
/// Instructions where every block that has transfers has a count of them that goes with its CPU time (part of
/// a tree would pass for the whole); else CPU time. One unit for a run: mixed they would compare nothing.
CostUnit cost_unit(const record::RunRecord& record);
/// "CPU time", "instructions"
std::string_view in_words(CostUnit unit);

/// Cost of a transfer of the block, in seconds or instructions. Nothing without transfers, or where its CPU
/// time is below `cpu_s_min`, mostly the rounding of its clock.
std::optional<double> cost_of_transfer(const record::BlockRecord& block, CostUnit unit, double cpu_s_min);

}  // namespace bftp::judge
