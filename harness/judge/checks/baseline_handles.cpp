#include "harness/judge/against_baseline.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class BaselineHandlesCheck final : public Check {
 public:
  std::string_view id() const override { return "baseline.handles"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override {
    return "Descriptors, threads and processes are as in earlier runs";
  }
  std::string_view about() const override {
    return "Open descriptors, threads and processes at rest after the run, against the highest of the "
           "baseline. With --baseline only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"times_max", 2, "ratio",
             "fails above this multiple of the highest earlier figure, if also above more_min; of fewer than "
             "3 earlier runs twice as far"},
            {"more_min", 10, "count", "a difference below it never matters"}};
  }
  bool needs_confirmation() const override { return false; }
  bool applies(const record::RunRecord& record) const override { return record.baseline.has_value(); }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    const double times_max = limit(*this, limits, "times_max");
    const double more_min = limit(*this, limits, "more_min");
    verdict.limit =
        "at most " + number(times_max) + " times the baseline's and " + number(more_min) + " more";
    verdict.expected = "The same work leaves as many descriptors, threads and processes as before.";
    const bool few = few_runs(evidence);
    ChangeRules rules;
    rules.what = "Descriptors, threads and processes are";
    rules.cause =
        "What was changed since does not give back what it opens or starts, or starts more of them.";
    rules.weigh = [=](const Change& change) {
      if (change.certain_more < more_min || change.certain_ratio <= times_max) return Weight::none;
      const bool far = change.certain_ratio > 2 * times_max && change.certain_more > 2 * more_min;
      return few && !far ? Weight::suspicious : Weight::failure;
    };
    const auto changes =
        changes_in(evidence, {metric::descriptors_rest, metric::threads_rest, metric::processes_rest});
    return judge_changes(std::move(verdict), evidence, changes, rules);
  }
};

BFTP_REGISTER_CHECK(BaselineHandlesCheck)

}  // namespace
}  // namespace bftp::judge
