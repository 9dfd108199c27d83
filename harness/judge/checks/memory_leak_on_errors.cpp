#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class LeakOnErrors final : public Check {
 public:
  std::string_view id() const override { return "memory.leak_on_errors"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory does not grow with refused requests"; }
  std::string_view about() const override {
    return "As memory.leak, over stretches of nothing but requests that are to be refused: a name that is "
           "not there, an unknown verb, in bftp a folder where a file is wanted. What each whole transfer "
           "leaves too is memory.leak's matter.";
  }
  std::vector<LimitSpec> limits() const override { return exercise_memory_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_memory(*this, evidence, limits, record::QuietKind::refused);
  }
};

BFTP_REGISTER_CHECK(LeakOnErrors)

}  // namespace
}  // namespace bftp::judge
