#include "harness/judge/exercise_leaks.hpp"

namespace bftp::judge {
namespace {

class LeakOnAborts final : public Check {
 public:
  std::string_view id() const override { return "memory.leak_on_aborts"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override {
    return "Memory does not grow with transfers that are broken off";
  }
  std::string_view about() const override {
    return "As memory.leak, over stretches of nothing but transfers whose clients leave in the middle: a GET "
           "of the largest file after 1 KiB, a PUT after half of it. What each whole transfer leaves too is "
           "memory.leak's matter.";
  }
  std::vector<LimitSpec> limits() const override { return exercise_memory_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    return judge_exercise_memory(*this, evidence, limits, record::QuietKind::aborted);
  }
};

BFTP_REGISTER_CHECK(LeakOnAborts)

}  // namespace
}  // namespace bftp::judge
