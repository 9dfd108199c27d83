#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Of "HOST:PORT", an IPv6 address in brackets; nothing if it is none.
std::optional<std::uint16_t> port_in(std::string_view endpoint) {
  const auto colon = endpoint.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto host = endpoint.substr(0, colon);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (host.find_first_of(" :") != std::string_view::npos && !is_bracketed) return std::nullopt;
  const auto digits = endpoint.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

enum class Fault : std::uint8_t { none, no_start, silent, printed_at_end, other_line, other_port };

Fault fault_of(const record::Announcement& announcement) {
  if (announcement.port == 0) return Fault::no_start;
  if (!announcement.first_line) return announcement.printed_at_end ? Fault::printed_at_end : Fault::silent;
  std::string_view line = *announcement.first_line;
  constexpr std::string_view before = "listening on ";
  if (!line.starts_with(before)) return Fault::other_line;
  line.remove_prefix(before.size());
  const auto port = port_in(line);
  if (!port) return Fault::other_line;
  return *port == announcement.port ? Fault::none : Fault::other_port;
}

std::string describe(const record::Announcement& announcement) {
  const std::string told =
      announcement.asked_port == 0 ? "on port 0" : fmt::format("on port {}", announcement.asked_port);
  switch (fault_of(announcement)) {
    case Fault::none:
      return fmt::format("Started {}, its first line was \"{}\"", told,
                         quoted(*announcement.first_line, 300));
    case Fault::no_start:
      return fmt::format("Started {}, it did not listen: {}", told, quoted(announcement.text, 600));
    case Fault::silent:
      return fmt::format("Started {}, it listened on port {} and printed no line on standard output", told,
                         announcement.port);
    case Fault::printed_at_end:
      return fmt::format("Started {}, it listened on port {} and printed its first line only when it ended",
                         told, announcement.port);
    case Fault::other_line:
    case Fault::other_port:
      return fmt::format("Started {}, it listened on port {}, and its first line was \"{}\"", told,
                         announcement.port, quoted(*announcement.first_line, 300));
  }
  return {};
}

const char* likely_cause(Fault fault) {
  switch (fault) {
    case Fault::none:
      break;
    case Fault::no_start:
      return "Port 0 asks the system for any free port: hand it to bind() as it is, do not refuse it, and "
             "ask "
             "the socket for its port afterwards: getsockname(), in Python s.getsockname(), in Java "
             "getLocalPort(), in Go Addr().";
    case Fault::silent:
      return "Print the line on standard output, not on standard error, once listen() has returned, and "
             "flush "
             "it: into a pipe standard output is written by whole buffers. In Python print(…, flush=True), "
             "in "
             "C fflush(stdout).";
    case Fault::printed_at_end:
      return "Into a pipe standard output is written by whole buffers. Flush after the line: in Python "
             "print(…, flush=True), in C fflush(stdout).";
    case Fault::other_line:
      return "The first line has to be \"listening on \", the address, a colon and the port, and nothing "
             "else; "
             "an IPv6 address stands in brackets. Other lines may follow it.";
    case Fault::other_port:
      return "The line names another port than the socket's. After bind() ask the socket for it: "
             "getsockname(), in Python s.getsockname(), in Java getLocalPort(), in Go Addr().";
  }
  return "";
}

class Announces final : public Check {
 public:
  std::string_view id() const override { return "lifecycle.announces"; }
  Category category() const override { return Category::lifecycle; }
  std::string_view title() const override { return "The server says where it listens"; }
  std::string_view about() const override {
    return "The first line on standard output of a server in bftp is \"listening on HOST:PORT\", with the "
           "port "
           "of its socket; and once it has ended it is started again on port 0, where it takes any free one. "
           "Whoever starts a server by a script relies on both. A server that does otherwise is warned, for "
           "it "
           "harms no transfer. In the other dialects no clause says so.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& heard = evidence.record.announcements;
    Verdict verdict = begin(*this, evidence);
    verdict.clauses = {"6.4"};
    verdict.limit = "\"listening on HOST:PORT\"";
    verdict.expected =
        "The first line on standard output is \"listening on HOST:PORT\", on port 0 too, where "
        "the server takes any free port (clause 6.4).";
    if (evidence.record.plan.server.dialect != plan::ServerSpec{}.dialect)
      return skipped(std::move(verdict), "It is for bftp: no clause of the other dialects says so.");
    if (heard.empty())
      return skipped(std::move(verdict), "Not looked at: it is for a server that we start, and that ran on.");
    std::vector<std::string> sentences;
    for (const auto& one : heard) sentences.push_back(describe(one) + ".");
    verdict.done = fmt::format("Read the first line of {}.", counted(heard.size(), "start"));
    const auto wrong = std::ranges::find_if(
        heard, [](const auto& announcement) { return fault_of(announcement) != Fault::none; });
    draw(heard, verdict);
    if (wrong == heard.end()) {
      verdict.status = Status::pass;
      verdict.measured = "as expected";
      verdict.summary = fmt::format("{}", fmt::join(sentences, " "));
      return verdict;
    }
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.measured = measured(fault_of(*wrong));
    verdict.summary = describe(*wrong) + ".";
    verdict.happened = fmt::format("{}", fmt::join(sentences, " "));
    verdict.cause = likely_cause(fault_of(*wrong));
    return verdict;
  }

 private:
  static const char* measured(Fault fault) {
    switch (fault) {
      case Fault::none:
        break;
      case Fault::no_start:
        return "does not start on port 0";
      case Fault::silent:
        return "prints nothing";
      case Fault::printed_at_end:
        return "printed at the end only";
      case Fault::other_line:
        return "another first line";
      case Fault::other_port:
        return "another port";
    }
    return "";
  }

  static void draw(const std::vector<record::Announcement>& heard, Verdict& verdict) {
    std::vector<double> starts, right;
    for (const auto& one : heard) {
      starts.push_back(static_cast<double>(starts.size() + 1));
      right.push_back(fault_of(one) == Fault::none ? 1 : 0);
    }
    verdict.series.push_back(
        picture("What the server said of its port", "start", "starts as expected", starts, right));
  }
};

BFTP_REGISTER_CHECK(Announces)

}  // namespace
}  // namespace bftp::judge
