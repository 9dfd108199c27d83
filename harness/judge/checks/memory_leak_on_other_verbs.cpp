#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class LeakOnOtherVerbs final : public Check {
 public:
  std::string_view id() const override { return "memory.leak_on_other_verbs"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override {
    return "Memory does not grow with listings, sizes, ranges and hashes";
  }
  std::string_view about() const override {
    return "As memory.leak, over stretches of nothing but requests that move no whole file, each verb in "
           "its turn: in BFTP LIST, SIZE, RANGE, HASH and CD, in HTTP HEAD, a range and a folder.";
  }
  std::vector<LimitSpec> limits() const override { return exercise_memory_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_memory(*this, evidence, limits, record::QuietKind::others);
  }
};

BFTP_REGISTER_CHECK(LeakOnOtherVerbs)

}  // namespace
}  // namespace bftp::judge
