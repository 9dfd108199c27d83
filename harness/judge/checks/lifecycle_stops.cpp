#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

const record::ServerEnd* asked_end(const record::RunRecord& record) {
  for (const auto& end : record.server_ends) {
    if (!end.by_itself && end.arm == record::Arm::server) return &end;
  }
  return nullptr;
}

std::string how_it_stopped(const record::ServerEnd& end) {
  if (end.killed && end.left > 0)
    return fmt::format("ended, but {} that it had started did not and had to be killed",
                       end.left == 1 ? "a process" : fmt::format("{} processes", end.left));
  if (end.killed) return "did not end and had to be killed";
  const std::string when =
      end.stop_took_s ? fmt::format(" after {}", milliseconds(*end.stop_took_s * 1000)) : "";
  if (end.signal) return fmt::format("ended by signal {}{}", *end.signal, when);
  return fmt::format("exited with status {}{}", end.exit_code.value_or(-1), when);
}

/// 128 and the number: how a shell, and Java's machine, tell that a signal ended them.
bool tells_of_sigterm(const record::ServerEnd& end) {
  constexpr int signals_from = 128;
  return end.exit_code == signals_from + SIGTERM;
}

const char* likely_cause(const record::ServerEnd& end) {
  if (!end.killed && (end.signal == SIGTERM || tells_of_sigterm(end)))
    return "The server has no handler for SIGTERM, so the system or the language's runtime ends it at once: "
           "transfers under way would be cut, and the status is not 0.";
  if (!end.killed && end.exit_code)
    return "The server ended in time, but with a status that tells of a failure: an exception in its handler "
           "of SIGTERM, or exit() with another number than 0.";
  if (end.left > 0)
    return "The first process ends at SIGTERM and leaves its children behind. Keep their pids: send each "
           "SIGTERM from the handler, and wait for it (waitpid()) before you exit.";
  return end.client_held
             ? "SIGTERM is ignored, or the server waits for a client that says nothing, or for the thread "
               "that reads from it. Close the listening socket, let transfers finish for a moment, then "
               "close the connections that are left (shutdown() wakes whoever waits in recv()) and exit."
             : "SIGTERM is ignored, or the server waits for threads that do not end. Close the listening "
               "socket, let transfers finish, then exit.";
}

/// The server after SIGTERM: 1 while it runs, 0 from its end on. One that was killed ran to the end of the
/// picture.
void draw(const record::ServerEnd& end, double stop_s_max, Verdict& verdict) {
  const auto waited_s = end.asked_s ? std::optional(end.time_s - *end.asked_s) : std::nullopt;
  const auto until_s = end.killed ? waited_s : end.stop_took_s;
  if (!until_s) return;
  const char* const seconds = "s since SIGTERM";
  const char* const runs = "servers that run";
  const double last_s = std::max(*until_s, stop_s_max);
  Series server = end.killed
                      ? picture("The server after SIGTERM", seconds, runs, {0, *until_s}, {1, 1})
                      : picture("The server after SIGTERM", seconds, runs, {0, *until_s, last_s}, {1, 0, 0});
  server.holds = true;
  verdict.series.push_back(std::move(server));
  verdict.series.push_back(picture("limit", seconds, runs, {stop_s_max, stop_s_max}, {0, 1}));
}

class Stops final : public Check {
 public:
  std::string_view id() const override { return "lifecycle.stops"; }
  Category category() const override { return Category::lifecycle; }
  std::string_view title() const override { return "The server ends when asked to"; }
  std::string_view about() const override {
    return "SIGTERM after the run, in bftp while a client is connected and silent: the server ends in time "
           "with status 0. One that does not end at all fails in bftp, whose clause 6.3 demands it. Else "
           "other servers than the reference server are warned: most are ended by the signal itself, and "
           "harm nobody by that.";
  }
  std::vector<LimitSpec> limits() const override { return {{"stop_s_max", 5, "s", "clause 6.3"}}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto& record = evidence.record;
    const double stop_s_max = limit(*this, limits, "stop_s_max");
    Verdict verdict = begin(*this, evidence);
    verdict.done = "Sent SIGTERM after the last transfer.";
    verdict.limit = fmt::format("status 0 within {} s", number(stop_s_max));
    verdict.expected = fmt::format(
        "On SIGTERM a server ends within {} seconds with exit status 0 (clause 6.3).", number(stop_s_max));
    verdict.clauses = {"6.3"};
    if (record.plan.server.kind == plan::ServerKind::attached)
      return skipped(std::move(verdict), "The server was running before and is not ours to stop.");
    const auto* end = asked_end(record);
    if (end == nullptr)
      return skipped(std::move(verdict), "The server was not asked to stop: see lifecycle.stays_up.");
    if (end->client_held)
      verdict.done = "Sent SIGTERM after the last transfer, while a client was connected and said nothing.";
    draw(*end, stop_s_max, verdict);
    verdict.measured = how_it_stopped(*end);
    verdict.summary = fmt::format("The server {}.", how_it_stopped(*end));
    const bool in_time = !end->killed && end->stop_took_s.value_or(0) <= stop_s_max;
    if (in_time && !end->signal && end->exit_code == 0) {
      verdict.status = Status::pass;
      return verdict;
    }
    const bool promised = record.plan.server.kind == plan::ServerKind::reference ||
                          (end->killed && record.plan.server.dialect == plan::ServerSpec{}.dialect);
    verdict.status = promised ? Status::fail : Status::warn;
    verdict.severity = promised ? Severity::major : Severity::minor;
    verdict.happened = verdict.summary;
    verdict.cause = likely_cause(*end);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Stops)

}  // namespace
}  // namespace bftp::judge
