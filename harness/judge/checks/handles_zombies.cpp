#include "harness/judge/handle_growth.hpp"

namespace bftp::judge {
namespace {

class Zombies final : public Check {
 public:
  std::string_view id() const override { return "handles.zombies"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Ended children are waited for"; }
  std::string_view about() const override {
    return "Ended children that the server has not waited for, at the quiet points.";
  }
  std::vector<LimitSpec> limits() const override { return handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto reading = [](const record::ResourceSample& sample) -> std::optional<double> {
      if (!sample.zombies) return std::nullopt;
      return static_cast<double>(*sample.zombies);
    };
    return judge_handles(*this, evidence, limits, reading,
                         {"zombie", "zombies",
                          "The server forks and never calls wait() or waitpid(). Reap in a handler for "
                          "SIGCHLD (in a loop, several may end at once), or ignore SIGCHLD.",
                          "ps -eo pid,ppid,stat,comm | grep Z", false});
  }
};

BFTP_REGISTER_CHECK(Zombies)

}  // namespace
}  // namespace bftp::judge
