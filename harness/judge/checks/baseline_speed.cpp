#include "harness/judge/against_baseline.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class BaselineSpeedCheck final : public Check {
 public:
  std::string_view id() const override { return "baseline.speed"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "Transfers are as fast as in earlier runs"; }
  std::string_view about() const override {
    return "Service time as a multiple of the reference server's in the same run, against the same ratio in "
           "the baseline: intervals over paired blocks that do not touch, and a floor. Without a control "
           "arm, and with raw_times_max set, medians of service times of different days, which say little. "
           "With --baseline only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"more_max", 0.10, "share",
             "fails if the ratio to the control arm is certainly so much above the baseline's; of fewer than "
             "3 earlier runs twice as far"},
            {"more_warn", 0.05, "share", "likewise for the warning"},
            {"raw_times_max", 0, "ratio",
             "without a control arm: fails if a median is certainly above this multiple of the baseline's; "
             "0: raw times of other days are not compared. Below 2 healthy servers fail"}};
  }
  bool needs_confirmation() const override { return true; }
  bool applies(const record::RunRecord& record) const override { return record.baseline.has_value(); }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    RatioLimits bounds{limit(*this, limits, "more_max"), limit(*this, limits, "more_warn")};
    verdict.limit =
        "certainly at most " + percent(bounds.more_max) + " above the baseline's ratio to the control";
    verdict.expected = "Against the reference server, the same work takes as long as before.";
    ChangeRules rules;
    rules.what = "The service time against the control is";
    rules.cause =
        "What was changed since makes each transfer wait or compute: a lock, a sleep, smaller reads and "
        "writes, a slower start of each connection.";
    const double raw_max = limit(*this, limits, "raw_times_max");
    if (raw_max <= 0 || has_control(evidence))
      return judge_ratio(std::move(verdict), evidence, metric::service_vs_control, bounds, std::move(rules));
    verdict.limit = "medians certainly at most " + number(raw_max) + " times the baseline's";
    rules.weigh = [=](const Change& change) {
      return change.certain_ratio > raw_max ? Weight::failure
             : change.ratio > raw_max       ? Weight::suspicious
                                            : Weight::none;
    };
    rules.what = "Service times are";
    return judge_changes(std::move(verdict), evidence, changes_in(evidence, {metric::service_p50_ms}), rules);
  }
};

BFTP_REGISTER_CHECK(BaselineSpeedCheck)

}  // namespace
}  // namespace bftp::judge
