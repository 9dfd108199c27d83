#include "harness/judge/left_out.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/quiet_cpu.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class HalfOpen final : public Check {
 public:
  std::string_view id() const override { return "cpu.half_open"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A server whose clients say nothing rests"; }
  std::string_view about() const override {
    return "CPU of the server while every client holds a connection on which nothing was said, one on which "
           "half a request was, one on which no more than its first three bytes were, one on which all of it "
           "was and which is then closed on the client's side "
           "and not read from (shutdown) and, where files are stored, one on which half a PUT was.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"share_max", 0.2, "share of a core",
             "the rest of a request is something to wait for, not to ask for"},
            {"share_warn", 0.05, "share of a core", "warns above"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "A server that waits for a request sleeps until bytes come.";
    if (const std::string why = why_no_impolite_clients(evidence.record); !why.empty())
      return skipped(std::move(verdict), why);
    return judge_quiet_cpu(
        std::move(verdict), evidence, record::WatchKind::half_open, limit(*this, limits, "share_max"),
        limit(*this, limits, "share_warn"),
        {"The server uses {} of a core while clients are connected and say nothing, half a request or half "
         "a PUT, or have closed their side and do not read.",
         "A loop asks the socket again and again: a non-blocking recv() without poll(), a level-triggered "
         "event that nobody takes (the FIN of a client that does not read stays readable: stop asking for "
         "it), or recv() that returned fewer bytes than wanted and is called in a loop that does not wait."},
        idle_share_before(evidence, record::WatchKind::half_open));
  }
};

BFTP_REGISTER_CHECK(HalfOpen)

}  // namespace
}  // namespace bftp::judge
