#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class HandlesOnOtherVerbs final : public Check {
 public:
  std::string_view id() const override { return "handles.leak_on_other_verbs"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override {
    return "Nothing stays open after listings, sizes, ranges and hashes";
  }
  std::string_view about() const override {
    return "As the other checks of handles, all kinds together, over stretches of nothing but requests that "
           "move no whole file, each verb in its turn: in BFTP LIST, SIZE, RANGE, HASH and CD, in HTTP HEAD, "
           "a range and a folder. The classic is a folder that is opened for a listing and never closed.";
  }
  std::vector<LimitSpec> limits() const override { return exercise_handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_handles(*this, evidence, limits, record::QuietKind::others);
  }
};

BFTP_REGISTER_CHECK(HandlesOnOtherVerbs)

}  // namespace
}  // namespace bftp::judge
