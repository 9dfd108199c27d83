#include "harness/judge/cost.hpp"

#include <algorithm>

namespace bftp::judge {
namespace {

/// The slowest code that there is (every access misses every cache) comes to more than this in a second.
constexpr double instructions_per_s_min = 20e6;

bool is_plausible(const record::BlockRecord& block) {
  return block.server_instructions && *block.server_instructions > 0 &&
         *block.server_instructions >= instructions_per_s_min * block.server_cpu_s.value_or(0);
}

}  // namespace

CostUnit cost_unit(const record::RunRecord& record) {
  const auto has_work = [](const record::BlockRecord& block) {
    return block.transfers > 0;
  };
  const auto& blocks = record.blocks;
  const bool any = std::any_of(blocks.begin(), blocks.end(), has_work);
  const bool all = std::all_of(blocks.begin(), blocks.end(), [&](const record::BlockRecord& block) {
    return !has_work(block) || is_plausible(block);
  });
  return any && all ? CostUnit::instructions : CostUnit::cpu_time;
}

std::string_view in_words(CostUnit unit) {
  return unit == CostUnit::instructions ? "instructions" : "CPU time";
}

std::optional<double> cost_of_transfer(const record::BlockRecord& block, CostUnit unit, double cpu_s_min) {
  if (block.transfers == 0) return std::nullopt;
  const auto transfers = static_cast<double>(block.transfers);
  if (unit == CostUnit::instructions) return *block.server_instructions / transfers;
  if (block.server_cpu_s.value_or(0) < cpu_s_min) return std::nullopt;
  return *block.server_cpu_s / transfers;
}

}  // namespace bftp::judge
