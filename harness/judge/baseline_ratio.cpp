#include "harness/judge/baseline_ratio.hpp"

#include "harness/judge/wording.hpp"

namespace bftp::judge {

std::vector<LimitSpec> BaselineRatioCheck::limits() const {
  return {{"more_max", 0.10, "share",
           "fails if the ratio to the control arm is certainly so much above the baseline's; of fewer than "
           "3 earlier runs twice as far"},
          {"more_warn", 0.05, "share", "likewise for the warning"}};
}

Verdict BaselineRatioCheck::judge(const Evidence& evidence, const LimitValues& limits) const {
  Verdict verdict = begin(*this, evidence);
  const RatioLimits bounds{limit(*this, limits, "more_max"), limit(*this, limits, "more_warn")};
  verdict.limit =
      "certainly at most " + percent(bounds.more_max) + " above the baseline's ratio to the control";
  verdict.expected = expected();
  return judge_ratio(std::move(verdict), evidence, quantity(), bounds, rules());
}

}  // namespace bftp::judge
