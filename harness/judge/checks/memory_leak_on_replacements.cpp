#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class LeakOnReplacements final : public Check {
 public:
  std::string_view id() const override { return "memory.leak_on_replacements"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory does not grow with files that are replaced"; }
  std::string_view about() const override {
    return "As memory.leak, over stretches of nothing but PUTs of a small file, each of which meets an older "
           "file of its name (clause 4.8). In the rounds nearly all PUTs store new files. What each PUT "
           "leaves too is memory.leak's matter.";
  }
  std::vector<LimitSpec> limits() const override { return exercise_memory_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_memory(*this, evidence, limits, record::QuietKind::replaced);
  }
};

BFTP_REGISTER_CHECK(LeakOnReplacements)

}  // namespace
}  // namespace bftp::judge
