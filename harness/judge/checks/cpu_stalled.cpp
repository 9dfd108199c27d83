#include "harness/judge/limits.hpp"
#include "harness/judge/quiet_cpu.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class Stalled final : public Check {
 public:
  std::string_view id() const override { return "cpu.stalled"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A server whose clients do not read rests"; }
  std::string_view about() const override {
    return "CPU time of the server's process tree while every client has asked for the largest file and "
           "stopped reading.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"share_max", 0.2, "share of a core",
             "a full socket buffer is something to wait for, not to ask for"},
            {"share_warn", 0.05, "share of a core", "warns above"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected =
        "A server waits for a client that does not read, and does not keep others from being served (clause "
        "6.1).";
    verdict.clauses = {"6.1"};
    return judge_quiet_cpu(std::move(verdict), evidence, record::WatchKind::stalled,
                           limit(*this, limits, "share_max"), limit(*this, limits, "share_warn"),
                           {"The server uses {} of a core while its clients do not read.",
                            "send() on a socket that does not block is called again and again although it "
                            "says EAGAIN. Wait for POLLOUT or EPOLLOUT, and ask for it "
                            "only while something is left to send."},
                           idle_share_before(evidence, record::WatchKind::stalled));
  }
};

BFTP_REGISTER_CHECK(Stalled)

}  // namespace
}  // namespace bftp::judge
