#include "harness/judge/against_baseline.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class BaselineCpuCheck final : public Check {
 public:
  std::string_view id() const override { return "baseline.cpu"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A transfer costs as much CPU as in earlier runs"; }
  std::string_view about() const override {
    return "CPU time of a transfer as a multiple of the reference server's in the same run, against the same "
           "ratio in the baseline: intervals over paired blocks that do not touch, and a floor. CPU times of "
           "different days are never compared as such. With --baseline only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"more_max", 0.10, "share",
             "fails if the ratio to the control arm is certainly so much above the baseline's; of fewer than "
             "3 earlier runs twice as far"},
            {"more_warn", 0.05, "share", "likewise for the warning"}};
  }
  bool needs_confirmation() const override { return true; }
  bool applies(const record::RunRecord& record) const override { return record.baseline.has_value(); }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    RatioLimits bounds{limit(*this, limits, "more_max"), limit(*this, limits, "more_warn")};
    verdict.limit =
        "certainly at most " + percent(bounds.more_max) + " above the baseline's ratio to the control";
    verdict.expected = "Against the reference server, the same work costs as much CPU as before.";
    ChangeRules rules;
    rules.what = "The CPU cost against the control is";
    rules.cause =
        "What was changed since computes more for each transfer or each byte: smaller reads and writes, more "
        "copies, more system calls.";
    return judge_ratio(std::move(verdict), evidence, metric::cpu_vs_control, bounds, std::move(rules));
  }
};

BFTP_REGISTER_CHECK(BaselineCpuCheck)

}  // namespace
}  // namespace bftp::judge
