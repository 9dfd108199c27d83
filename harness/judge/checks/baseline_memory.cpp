#include "harness/judge/against_baseline.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class BaselineMemoryCheck final : public Check {
 public:
  std::string_view id() const override { return "baseline.memory"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory is as in earlier runs"; }
  std::string_view about() const override {
    return "PSS before the first transfer, at its peak and at rest after the run, against the highest of the "
           "baseline. With --baseline only. The peak warns only, since a sampler may miss it.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"times_max", 1.5, "ratio",
             "fails above this multiple of the highest earlier figure, if also above more_mib_min; of fewer "
             "than 3 earlier runs twice as far, since they do not tell how it varies"},
            {"times_warn", 1.2, "ratio", "likewise for the warning"},
            {"more_mib_min", 8, "MiB", "a difference below it never matters; half of it for the warning"}};
  }
  bool needs_confirmation() const override { return false; }
  bool applies(const record::RunRecord& record) const override { return record.baseline.has_value(); }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    const double times_max = limit(*this, limits, "times_max");
    const double times_warn = limit(*this, limits, "times_warn");
    const double more_min = limit(*this, limits, "more_mib_min");
    verdict.limit =
        "at most " + number(times_max) + " times the baseline's and " + number(more_min) + " MiB more";
    verdict.expected = "The same work needs as much memory as before.";
    const bool few = few_runs(evidence);
    ChangeRules rules;
    rules.what = "The server's memory is";
    rules.cause = "What was changed since keeps more: a larger buffer, a cache, a copy that is not freed.";
    rules.weigh = [=](const Change& change) {
      if (change.certain_more < more_min / 2 || change.certain_ratio <= times_warn) return Weight::none;
      if (change.certain_more < more_min || change.certain_ratio <= times_max) return Weight::warning;
      if (change.now.name == metric::memory_peak_mib) return Weight::warning;
      const bool far = change.certain_ratio > 2 * times_max && change.certain_more > 2 * more_min;
      return few && !far ? Weight::suspicious : Weight::failure;
    };
    const auto changes =
        changes_in(evidence, {metric::memory_start_mib, metric::memory_peak_mib, metric::memory_rest_mib});
    return judge_changes(std::move(verdict), evidence, changes, rules);
  }
};

BFTP_REGISTER_CHECK(BaselineMemoryCheck)

}  // namespace
}  // namespace bftp::judge
