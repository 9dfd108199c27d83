#include <cmath>

#include "harness/judge/limits.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"
#include "harness/judge/work_classes.hpp"

namespace bftp::judge {
namespace {

/// log(median of the block / median of the file over the run), of each block and file.
std::vector<WorkFigure> times_of_blocks(const Evidence& evidence, record::Arm arm) {
  std::vector<WorkFigure> items;
  for (const Group& group : groups_of(evidence, arm)) {
    const auto usual = statistics::median(own_times_ms(group));
    const std::uint16_t fixture[] = {group.key.fixture};
    const WorkClass work = class_of(evidence.record, group.key.op, fixture);
    for (const auto& block : by_block(group, &Sample::own_ms)) {
      const auto middle = statistics::median(block.values);
      if (usual && middle && *usual > 0 && *middle > 0)
        items.push_back({work, {evidence.record.blocks[block.block].round, std::log(*middle / *usual)}});
    }
  }
  return items;
}

class Drift final : public Check {
 public:
  std::string_view id() const override { return "uniformity.drift"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "The server does not become slower"; }
  std::string_view about() const override {
    return "Theil-Sen line through the rounds' median transfer times (each file relative to its own median, "
           "warm-up left out). Fails only on a steady rise: both halves of the run must rise. All work "
           "together is looked at, and small and large files of each operation by themselves. With a control "
           "arm it is the ratio to the reference server in neighbouring blocks that must rise, by certainly "
           "more than the limit; without one two shared cores allow no sharper limit than a doubling.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"rise_max", 0.2, "share", "with a control arm: fails above, from the first tenth to the last"},
            {"rise_warn", 0.1, "share", "with a control arm: warns above"},
            {"rise_alone_max", 1.0, "share",
             "without one: identical runs next to each other differ by more than 10 % half of the time"},
            {"rise_alone_warn", 0.5, "share", "without one: warns above"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "The thousandth transfer takes as long as the first.";
    const ChangeLimits change{limit(*this, limits, "rise_alone_max"), limit(*this, limits, "rise_alone_warn"),
                              limit(*this, limits, "rise_max"), limit(*this, limits, "rise_warn")};
    std::vector<PairPoint> before;
    if (evidence.confirmation)
      before = time_pairs(evidence.first_pass(), record::Arm::server, record::Arm::control);
    const auto parts =
        change_parts(evidence.record, times_of_blocks(evidence, record::Arm::server),
                     time_pairs(evidence, record::Arm::server, record::Arm::control),
                     time_pairs(evidence, record::Arm::control_b, record::Arm::control), before);
    return judge_change_of_parts(
        verdict, evidence, parts, change,
        {"The transfer time",
         "Each transfer leaves something behind that the next ones have to walk through: a list that is "
         "searched from its start, a log that is read again, temporary files in one folder, memory that is "
         "never freed.",
         "transfer time relative to the usual"});
  }
};

BFTP_REGISTER_CHECK(Drift)

}  // namespace
}  // namespace bftp::judge
