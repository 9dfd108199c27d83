#include "harness/judge/limits.hpp"
#include "harness/judge/quiet_cpu.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class Idle final : public Check {
 public:
  std::string_view id() const override { return "cpu.idle"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A server without clients rests"; }
  std::string_view about() const override {
    return "CPU time of the server's process tree over a span of seconds in which no client is connected.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"share_max", 0.05, "share of a core",
             "waiting costs nothing; a loop that asks again and again costs a whole core"},
            {"share_warn", 0.01, "share of a core", "warns above: a timer that fires too often"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected =
        "A server that has nothing to do sleeps in accept(), poll() or epoll_wait() and uses no CPU.";
    return judge_quiet_cpu(std::move(verdict), evidence, record::WatchKind::idle,
                           limit(*this, limits, "share_max"), limit(*this, limits, "share_warn"),
                           {"The server uses {} of a core while no client is connected.",
                            "A loop that never sleeps: accept() or recv() on a socket that does not block, "
                            "poll() or select() with a timeout of 0, or a closed "
                            "connection that stays in the set and is reported as readable for ever."});
  }
};

BFTP_REGISTER_CHECK(Idle)

}  // namespace
}  // namespace bftp::judge
