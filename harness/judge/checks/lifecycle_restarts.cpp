#include <fmt/format.h>

#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class Restarts final : public Check {
 public:
  std::string_view id() const override { return "lifecycle.restarts"; }
  Category category() const override { return Category::lifecycle; }
  std::string_view title() const override { return "A server that is started again has its port again"; }
  std::string_view about() const override {
    return "Once it has ended at SIGTERM, in bftp while a client was connected, the server is started again "
           "at once on the same port. In the other dialects, of which no clause says so, a server that does "
           "not "
           "come up is warned. What it left there is a connection in TIME_WAIT, for a minute, which "
           "SO_REUSEADDR passes over. Where it does not come up, the harness looks who has the port, and "
           "tries the server on another one, to know why. Not tried on a server that was attached to, whose "
           "command does not take {port}, or that did not end in order.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& restart = evidence.record.restart;
    Verdict verdict = begin(*this, evidence);
    const bool is_demanded = evidence.record.plan.server.dialect == plan::ServerSpec{}.dialect;
    if (is_demanded) verdict.clauses = {"6.2"};
    verdict.limit = "listens again";
    verdict.expected = fmt::format("A server that is started again at once listens on the same port again{}.",
                                   is_demanded ? " (clause 6.2)" : "");
    if (!restart)
      return skipped(std::move(verdict),
                     "Not tried: it is for a server that we start with {port} and that ends when asked to.");
    if (!restart->listened && !restart->port_was_free)
      return skipped(std::move(verdict),
                     fmt::format("Somebody else had taken port {} meanwhile.", restart->port));
    verdict.measured = fmt::format("{} {}", restart->listened ? "listened after" : "not within",
                                   milliseconds(restart->took_s * 1000));
    Series run = picture("The server after it was started again", "s since it was started",
                         "servers that listen", {0, restart->took_s, restart->took_s + 1},
                         {0, restart->listened ? 1.0 : 0.0, restart->listened ? 1.0 : 0.0});
    run.holds = true;
    verdict.series.push_back(std::move(run));
    if (restart->listened) {
      verdict.status = Status::pass;
      verdict.summary = fmt::format("Started again, the server listened on port {} after {}.", restart->port,
                                    milliseconds(restart->took_s * 1000));
      return verdict;
    }
    const bool only_there = restart->elsewhere.value_or(true);
    verdict.status = is_demanded ? Status::fail : Status::warn;
    verdict.severity = is_demanded ? Severity::major : Severity::minor;
    verdict.summary =
        only_there
            ? fmt::format("Started again at once, the server could not listen on port {}, which was free.",
                          restart->port)
            : "The server could not be started a second time, on its port or on another one.";
    verdict.happened = quoted(restart->text, 600) + ".";
    verdict.cause =
        only_there
            ? "The port still has a connection in TIME_WAIT. Set SO_REUSEADDR on the listening socket before "
              "bind(): setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, …), in Python "
              "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) or allow_reuse_address = True."
            : "Something of the first start is left and stops the second: a file with a lock or a process "
              "number, a socket or a shared memory segment that was not removed at the end.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Restarts)

}  // namespace
}  // namespace bftp::judge
