#include "harness/judge/baseline_ratio.hpp"
#include "harness/judge/metrics.hpp"

namespace bftp::judge {
namespace {

class BaselineCpuCheck final : public BaselineRatioCheck {
 public:
  std::string_view id() const override { return "baseline.cpu"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A transfer costs as much CPU as in earlier runs"; }
  std::string_view about() const override {
    return "CPU time of a transfer as a multiple of the reference server's in the same run, against the same "
           "ratio in the baseline: intervals over paired blocks that do not touch, and a floor. CPU times of "
           "different days are never compared as such. With --baseline only.";
  }

 protected:
  std::string_view quantity() const override { return metric::cpu_vs_control; }
  std::string_view expected() const override {
    return "Against the reference server, the same work costs as much CPU as before.";
  }
  ChangeRules rules() const override {
    ChangeRules rules;
    rules.what = "The CPU cost against the control is";
    rules.cause =
        "What was changed since computes more for each transfer or each byte: smaller reads and writes, more "
        "copies, more system calls.";
    return rules;
  }
};

BFTP_REGISTER_CHECK(BaselineCpuCheck)

}  // namespace
}  // namespace bftp::judge
