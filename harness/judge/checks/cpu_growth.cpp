#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "harness/judge/cost.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"
#include "harness/judge/work_classes.hpp"

namespace bftp::judge {
namespace {

/// Below this a block's CPU time is mostly the rounding of its clock.
constexpr double block_cpu_s_min = 0.02;

/// Cost per transfer of each block, relative to the usual of blocks with the same work.
std::vector<WorkFigure> costs_of_blocks(const Evidence& evidence, record::Arm arm) {
  using Work = std::pair<record::Op, std::vector<std::uint16_t>>;
  std::map<Work, std::vector<std::pair<std::uint32_t, double>>> costs;
  const CostUnit unit = cost_unit(evidence.record);
  for (const std::uint32_t index : blocks_of(evidence, arm)) {
    const auto& block = evidence.record.blocks[index];
    const auto cost = cost_of_transfer(block, unit, block_cpu_s_min);
    if (cost) costs[{block.op, block.fixtures}].emplace_back(block.round, *cost);
  }
  std::vector<WorkFigure> items;
  for (const auto& [work, of_work] : costs) {
    std::vector<double> values;
    for (const auto& [round, cost] : of_work) values.push_back(cost);
    const double usual = *statistics::median(values);
    const WorkClass of_class = class_of(evidence.record, work.first, work.second);
    for (const auto& [round, cost] : of_work) items.push_back({of_class, {round, std::log(cost / usual)}});
  }
  return items;
}

class CpuGrowth final : public Check {
 public:
  std::string_view id() const override { return "cpu.growth"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override {
    return "A transfer costs the same CPU at the end as at the start";
  }
  std::string_view about() const override {
    return "Theil-Sen line through the rounds' CPU time per transfer (the server's whole process tree, "
           "warm-up left out), or the instructions where the processor counts them. Fails only on a steady "
           "rise in both halves of the run, of all work together or of small or large files of one "
           "operation. With a control arm it is the ratio to the reference server in neighbouring blocks "
           "that must rise.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"rise_max", 0.2, "share", "with a control arm: fails above, from the first tenth to the last"},
        {"rise_warn", 0.1, "share", "with a control arm: warns above"},
        {"rise_alone_max", 1.0, "share",
         "without one: CPU time itself changes with what else runs on the core's sibling and in its caches"},
        {"rise_alone_warn", 0.5, "share", "without one: warns above"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "The cost of a transfer does not depend on how many went before.";
    const auto server = costs_of_blocks(evidence, record::Arm::server);
    if (server.empty())
      return skipped(std::move(verdict),
                     "The server's CPU time is unknown or too small to follow over the run.");
    const ChangeLimits change{limit(*this, limits, "rise_alone_max"), limit(*this, limits, "rise_alone_warn"),
                              limit(*this, limits, "rise_max"), limit(*this, limits, "rise_warn")};
    const bool counted = cost_unit(evidence.record) == CostUnit::instructions;
    std::vector<PairPoint> before;
    if (evidence.confirmation)
      before = cpu_pairs(evidence.first_pass(), record::Arm::server, record::Arm::control);
    const auto parts =
        change_parts(evidence.record, server, cpu_pairs(evidence, record::Arm::server, record::Arm::control),
                     cpu_pairs(evidence, record::Arm::control_b, record::Arm::control), before);
    return judge_change_of_parts(
        verdict, evidence, parts, change,
        {counted ? "The number of instructions of a transfer" : "The CPU time of a transfer",
         "The server does more for each transfer the more there were before: it searches a "
         "list that only grows, keeps ended threads or clients in a "
         "table, or copies a buffer that becomes longer.",
         counted ? "Instructions per transfer relative to the usual"
                 : "CPU time per transfer relative to the usual"});
  }
};

BFTP_REGISTER_CHECK(CpuGrowth)

}  // namespace
}  // namespace bftp::judge
