#include "harness/judge/handle_growth.hpp"

namespace bftp::judge {
namespace {

class Processes final : public Check {
 public:
  std::string_view id() const override { return "handles.processes"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Processes come to their end"; }
  std::string_view about() const override {
    return "Living processes of the server's tree at the quiet points; ended ones that were not waited for "
           "are counted by handles.zombies.";
  }
  std::vector<LimitSpec> limits() const override { return handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto reading = [](const record::ResourceSample& sample) -> std::optional<double> {
      if (!sample.processes) return std::nullopt;
      return static_cast<double>(*sample.processes);
    };
    return judge_handles(
        *this, evidence, limits, reading,
        {"process", "processes",
         "A process is forked for each client and does not end: its loop does not stop at the end of the "
         "connection, or another copy of the socket keeps the connection open.",
         "ps --ppid PID", false});
  }
};

BFTP_REGISTER_CHECK(Processes)

}  // namespace
}  // namespace bftp::judge
