#include "harness/judge/handle_growth.hpp"

namespace bftp::judge {
namespace {

class CloseWait final : public Check {
 public:
  std::string_view id() const override { return "handles.close_wait"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Connections that the client has closed are closed"; }
  std::string_view about() const override {
    return "Sockets in CLOSE_WAIT at the quiet points: the client has closed, the server has not.";
  }
  std::vector<LimitSpec> limits() const override { return handle_limits(); }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto reading = [](const record::ResourceSample& sample) -> std::optional<double> {
      if (!sample.sockets_close_wait) return std::nullopt;
      return static_cast<double>(*sample.sockets_close_wait);
    };
    return judge_handles(*this, evidence, limits, reading,
                         {"connection in CLOSE_WAIT", "connections in CLOSE_WAIT",
                          "The server does not notice the end of a connection, or notices it and does not "
                          "close: recv() returned 0, and the code went on or returned without close().",
                          "ss -tanp state close-wait", false});
  }
};

BFTP_REGISTER_CHECK(CloseWait)

}  // namespace
}  // namespace bftp::judge
