#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "harness/judge/exercise_leaks.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"
#include "harness/record/last_words.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t quoted_lines_max = 6;

/// Transfers that came to their end: whoever came after the server's own found nobody.
std::uint64_t served(const record::RunRecord& record) {
  const auto total = record.transfers.total(record::Arm::server);
  return total.transfers - std::min(total.transfers, total.errors);
}

const record::ServerEnd* own_end(const record::RunRecord& record) {
  for (const auto& end : record.server_ends) {
    if (end.by_itself && end.arm == record::Arm::server) return &end;
  }
  return nullptr;
}

const char* signal_name(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV, an access to memory that is not its own";
    case SIGABRT:
      return "SIGABRT, a failed assertion or an uncaught exception";
    case SIGPIPE:
      return "SIGPIPE, a write to a connection that the client had closed";
    case SIGFPE:
      return "SIGFPE, a division by zero";
    case SIGBUS:
      return "SIGBUS, a file that became shorter while it was mapped";
    case SIGILL:
      return "SIGILL, an impossible instruction";
    case SIGKILL:
      return "SIGKILL, often the system that ran out of memory";
    default:
      return "";
  }
}

std::string end_in_words(const record::ServerEnd& end) {
  if (end.guard_lost || end.excess) return record::how_it_ended(end);
  if (end.signal) {
    const std::string name = signal_name(*end.signal);
    return fmt::format("was ended by signal {}{}", *end.signal, name.empty() ? "" : " (" + name + ")");
  }
  if (end.exit_code) return fmt::format("exited with status {}", *end.exit_code);
  return "ended";
}

std::string last_words(const record::ServerEnd& end) {
  std::string text;
  const std::size_t from = end.last_lines.size() - std::min(quoted_lines_max, end.last_lines.size());
  for (std::size_t i = from; i < end.last_lines.size(); ++i)
    text += (text.empty() ? "" : " | ") + quoted(end.last_lines[i]);
  return text.empty() ? " It printed nothing." : " Its last words: " + text;
}

std::string likely_cause(const record::ServerEnd& end, std::uint64_t transfers, std::uint32_t clients) {
  if (end.excess && end.excess->of == record::Bounded::processes)
    return "Every process that it starts stays: fork() in a loop, children that never end, or a helper "
           "started anew for each client.";
  if (end.guard_lost)
    return "Most likely the server sent a signal to its parent or to its whole process group "
           "(kill(getppid(), …), kill(0, …)), and so killed the guard process. Another program or a person "
           "could have done it, too.";
  if (end.excess || record::tells_of_memory(end.last_lines))
    return "The server ran out of memory: it keeps what each transfer took, or it holds whole files in "
           "memory at once.";
  if (end.signal == SIGPIPE)
    return "A client went away while the server was sending. Ignore SIGPIPE, or send with MSG_NOSIGNAL, and "
           "treat EPIPE as the end of that one client.";
  if (!end.signal && end.exit_code.value_or(1) == 0 && transfers <= clients)
    return "The server serves one client and ends: the loop around accept() is missing.";
  if (!end.signal)
    return "An error with one client ended the whole server: an exception that nobody caught, or exit() "
           "where only this client should have been dropped.";
  return "The server crashed. Its last lines, a core file or a run under a debugger or sanitizer say where.";
}

Series processes_over_time(const record::RunRecord& record) {
  std::vector<double> seconds, processes;
  for (const auto& sample : record.samples) {
    if (sample.arm != record::Arm::server || !sample.processes) continue;
    seconds.push_back(sample.time_s);
    processes.push_back(*sample.processes);
  }
  return picture("Processes of the server", "seconds", "count", seconds, processes);
}

/// Clients that behaved badly, after which the server runs and serves nobody; null if there were none.
const record::Exercise* mute_since(const record::RunRecord& record) {
  for (const auto& exercise : record.exercises) {
    if (exercise.arm == record::Arm::server && exercise.serves_after == false) return &exercise;
  }
  return nullptr;
}

Verdict gone_mute(Verdict verdict, const record::Exercise& exercise) {
  const std::string after = fmt::format("{} {}", exercise.requests, words_for(exercise.kind).what);
  verdict.status = Status::fail;
  verdict.severity = Severity::critical;
  verdict.measured = "serves nobody after " + after;
  verdict.summary = fmt::format("The server runs, but serves nobody any more after {}.", after);
  verdict.happened =
      fmt::format("{} Of them was said: {}. Then each client asked for a file twice, and had none.",
                  verdict.summary, quoted(exercise.remark, 300));
  verdict.cause =
      "Each such client takes a worker with it (SIGPIPE, an exception that nobody caught, a thread that "
      "waits for it for ever), until none is left; or a lock or a place in a table is not given back. "
      "Ignore SIGPIPE, treat EPIPE, ECONNRESET and a recv() of 0 as the end of that one client, give back "
      "what it held on every way out, and start a worker anew when one has ended.";
  return verdict;
}

class StaysUp final : public Check {
 public:
  std::string_view id() const override { return "lifecycle.stays_up"; }
  Category category() const override { return Category::lifecycle; }
  std::string_view title() const override { return "The server stays up"; }
  std::string_view about() const override {
    return "The server must not end before it is asked to, nor stop serving after clients that broke off "
           "their transfers or were refused: where most of those are not answered, each client asks for a "
           "file twice.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    verdict.limit = "never";
    verdict.expected =
        "The server goes on serving, whatever one client does or leaves undone (clauses 2.6 and 6.1).";
    verdict.clauses = {"2.6", "6.1"};
    if (auto alive = processes_over_time(record); !alive.x.empty())
      verdict.series.push_back(std::move(alive));
    const auto* end = own_end(record);
    const std::uint64_t transfers = end != nullptr && end->served ? *end->served : served(record);
    const auto* mute = mute_since(record);
    if (end == nullptr && mute != nullptr) return gone_mute(std::move(verdict), *mute);
    if (end == nullptr && record.state != record::RunState::server_died) {
      verdict.status = Status::pass;
      verdict.measured = fmt::format("up over {}", counted(transfers, "transfer"));
      verdict.summary = "The server ran until it was asked to stop.";
      return verdict;
    }
    verdict.status = Status::fail;
    verdict.severity = Severity::critical;
    verdict.measured = fmt::format("ended after {}", counted(transfers, "transfer"));
    verdict.summary = end == nullptr ? "The server ended during the run."
                                     : fmt::format("The server {} after {}.", end_in_words(*end),
                                                   counted(transfers, "transfer"));
    verdict.happened = end == nullptr ? quoted(record.state_text, 300) : verdict.summary + last_words(*end);
    verdict.cause = end == nullptr ? "" : likely_cause(*end, transfers, record.plan.clients.count);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(StaysUp)

}  // namespace
}  // namespace bftp::judge
