#include "harness/judge/handle_growth.hpp"

namespace bftp::judge {
namespace {

class Threads final : public Check {
 public:
  std::string_view id() const override { return "handles.threads"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Threads come to their end"; }
  std::string_view about() const override {
    return "Threads of the server's whole process tree at the quiet points.";
  }
  std::vector<LimitSpec> limits() const override { return handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto reading = [](const record::ResourceSample& sample) -> std::optional<double> {
      if (!sample.threads) return std::nullopt;
      return static_cast<double>(*sample.threads);
    };
    return judge_handles(
        *this, evidence, limits, reading,
        {"thread", "threads",
         "A thread is started for each client and never ends: it waits for something that does not come, or "
         "its receive loop does not stop at the end of the connection (recv() returns 0).",
         "ls /proc/PID/task"});
  }
};

BFTP_REGISTER_CHECK(Threads)

}  // namespace
}  // namespace bftp::judge
