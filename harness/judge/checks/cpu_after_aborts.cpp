#include "harness/judge/left_out.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/quiet_cpu.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class AfterAborts final : public Check {
 public:
  std::string_view id() const override { return "cpu.after_aborts"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A server rests when its clients have broken off"; }
  std::string_view about() const override {
    return "CPU of the server with no client connected, after clients have left in the middle of transfers. "
           "What it uses before that is cpu.idle's matter.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"share_max", 0.05, "share of a core", "as for a server that never had a client"},
            {"share_warn", 0.01, "share of a core", "warns above"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "When its client has gone, a server has nothing left to do for it.";
    if (const std::string why = why_no_impolite_clients(evidence.record); !why.empty())
      return skipped(std::move(verdict), why);
    return judge_quiet_cpu(
        std::move(verdict), evidence, record::WatchKind::aborted, limit(*this, limits, "share_max"),
        limit(*this, limits, "share_warn"),
        {"The server uses {} of a core when its clients have broken off their transfers.",
         "A connection that has ended stays in the set that poll() or epoll_wait() looks at, "
         "so that it is ready again and again (recv() returns 0, send() says EPIPE); or "
         "send() is tried again for ever."},
        idle_share_before(evidence, record::WatchKind::aborted));
  }
};

BFTP_REGISTER_CHECK(AfterAborts)

}  // namespace
}  // namespace bftp::judge
