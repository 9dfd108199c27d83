#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class HandlesOnReplacements final : public Check {
 public:
  std::string_view id() const override { return "handles.leak_on_replacements"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Nothing stays open after files that are replaced"; }
  std::string_view about() const override {
    return "As the other checks of handles, all kinds together, over stretches of nothing but PUTs of a "
           "small file, each of which meets an older file of its name (clause 4.8).";
  }
  std::vector<LimitSpec> limits() const override { return exercise_handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_handles(*this, evidence, limits, record::QuietKind::replaced);
  }
};

BFTP_REGISTER_CHECK(HandlesOnReplacements)

}  // namespace
}  // namespace bftp::judge
