#include "harness/judge/baseline_ratio.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class BaselineSpeedCheck final : public BaselineRatioCheck {
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
    auto limits = BaselineRatioCheck::limits();
    limits.push_back(
        {"raw_times_max", 0, "ratio",
         "without a control arm: fails if a median is certainly above this multiple of the "
         "baseline's; 0: raw times of other days are not compared. Below 2 healthy servers fail"});
    return limits;
  }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double raw_max = limit(*this, limits, "raw_times_max");
    if (raw_max <= 0 || has_control(evidence)) return BaselineRatioCheck::judge(evidence, limits);
    Verdict verdict = begin(*this, evidence);
    verdict.limit = "medians certainly at most " + number(raw_max) + " times the baseline's";
    verdict.expected = expected();
    ChangeRules raw = rules();
    raw.weigh = [=](const Change& change) {
      return change.certain_ratio > raw_max ? Weight::failure
             : change.ratio > raw_max       ? Weight::suspicious
                                            : Weight::none;
    };
    raw.what = "Service times are";
    return judge_changes(std::move(verdict), evidence, changes_in(evidence, {metric::service_p50_ms}), raw);
  }

 protected:
  std::string_view quantity() const override { return metric::service_vs_control; }
  std::string_view expected() const override {
    return "Against the reference server, the same work takes as long as before.";
  }
  ChangeRules rules() const override {
    ChangeRules rules;
    rules.what = "The service time against the control is";
    rules.cause =
        "What was changed since makes each transfer wait or compute: a lock, a sleep, smaller reads and "
        "writes, a slower start of each connection.";
    return rules;
  }
};

BFTP_REGISTER_CHECK(BaselineSpeedCheck)

}  // namespace
}  // namespace bftp::judge
