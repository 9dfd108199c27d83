#include "harness/judge/against_baseline.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class BaselineIdentityCheck final : public Check {
 public:
  std::string_view id() const override { return "baseline.identity"; }
  Category category() const override { return Category::identity; }
  std::string_view title() const override { return "Transfers fail no more often than in earlier runs"; }
  std::string_view about() const override {
    return "Share of transfers that failed or gave other bytes, against the baseline: exact intervals that "
           "do not touch. With --baseline only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"more_share_min", 0.001, "share", "a difference below it never matters"}};
  }
  bool needs_confirmation() const override { return false; }
  bool applies(const record::RunRecord& record) const override { return record.baseline.has_value(); }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    const double more_min = limit(*this, limits, "more_share_min");
    verdict.limit = "at most " + percent(more_min) + " more than in the baseline";
    verdict.expected = "Transfers fail no more often than before.";
    ChangeRules rules;
    rules.what = "The share of failed transfers is";
    rules.cause = "What was changed since breaks transfers; identity.copies and identity.errors say how.";
    rules.weigh = [=](const Change& change) {
      if (change.certain_more >= more_min) return Weight::failure;
      return change.then.value == 0 && change.now.value > 0 ? Weight::suspicious : Weight::none;
    };
    return judge_changes(std::move(verdict), evidence, changes_in(evidence, {metric::failed_share}), rules);
  }
};

BFTP_REGISTER_CHECK(BaselineIdentityCheck)

}  // namespace
}  // namespace bftp::judge
