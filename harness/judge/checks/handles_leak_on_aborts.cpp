#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class HandlesOnAborts final : public Check {
 public:
  std::string_view id() const override { return "handles.leak_on_aborts"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Nothing stays open after transfers that are broken off"; }
  std::string_view about() const override {
    return "As the other checks of handles, all kinds together, over stretches of nothing but transfers "
           "whose clients leave in the middle.";
  }
  std::vector<LimitSpec> limits() const override { return exercise_handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_handles(*this, evidence, limits, record::QuietKind::aborted);
  }
};

BFTP_REGISTER_CHECK(HandlesOnAborts)

}  // namespace
}  // namespace bftp::judge
