#include "harness/judge/handle_growth.hpp"

namespace bftp::judge {
namespace {

class Descriptors final : public Check {
 public:
  std::string_view id() const override { return "handles.descriptors"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Descriptors are closed"; }
  std::string_view about() const override {
    return "Open descriptors of the server's whole process tree at the quiet points between rounds, and some "
           "seconds after the last client left.";
  }
  std::vector<LimitSpec> limits() const override { return handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto reading = [](const record::ResourceSample& sample) -> std::optional<double> {
      if (!sample.fds) return std::nullopt;
      return static_cast<double>(*sample.fds);
    };
    return judge_handles(*this, evidence, limits, reading,
                         {"descriptor", "descriptors",
                          "A socket or file is not closed on every way out of the code that serves a client: "
                          "think of errors, of early returns, and of the file as well as the socket.",
                          "ls -l /proc/PID/fd"});
  }
};

BFTP_REGISTER_CHECK(Descriptors)

}  // namespace
}  // namespace bftp::judge
