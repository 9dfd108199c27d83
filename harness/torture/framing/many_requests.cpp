#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/torture/found.hpp"
#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

/// More than the hundred after which servers of the web often close, by a setting that was copied.
constexpr int asking_rounds = 50;

/// Long and short names take turns, so that what is left of the one before shows. Of what is missing nobody
/// asks: whether the connection outlasts a refusal is another case's business.
std::vector<KnownFile> round_of(const Speech& speech, const CaseFiles& files) {
  std::vector<KnownFile> round{files.probe, files.probe, files.probe};
  // Clause 3.3; in the other dialects such a name may be refused.
  if (files.long_named && speech.dialect() == "bftp") round.front() = *files.long_named;
  return round;
}

/// What came in place of the next answer.
std::string how_it_went_on(const Talk& talk) {
  if (talk.stopped_reading)
    return fmt::format("it sent more than any answer has (reading stopped after {} bytes)",
                       talk.received.size());
  if (talk.last.kind == Heard::Kind::closed) return "it closed";
  if (talk.last.kind == Heard::Kind::nonsense)
    return "it sent what the dialect does not know: " + escaped(talk.last.text);
  return talk.reset ? "it cut the connection (RST)" : "it sent no whole answer and kept the connection open";
}

class ManyRequests final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.many_requests"; }
  std::string_view title() const override { return "A connection carries any number of requests"; }
  std::string_view about() const override {
    return "Asks for a file on one connection, more than a hundred times, each time when the answer has "
           "come; in bftp for one with a long name in between. Finds what a request leaves behind for the "
           "next, and a count of requests after which the server closes. An HTTP server that says it closes "
           "is right too.";
  }
  bool applies_to(const Speech& speech) const override { return speech.takes_several(); }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.1", "2.2"};
    return {std::string(speech.clause())};
  }

  Finding run(CaseContext& context) const override {
    const auto& speech = context.speech();
    const auto round = round_of(speech, context.files());
    const std::size_t count = asking_rounds * round.size();
    CaseContext::Plan plan;
    plan.in_turn = true;
    // Fifty times a plain transfer, where that is slow: a connection's time is bounded, and a server that
    // takes half a second for each request is none that counts them.
    plan.enough = context.patience();
    for (std::size_t i = 0; i < count; ++i)
      plan.pieces.push_back(speech.ask_further(round[i % round.size()].name, i + 1 == count));
    const auto talk = context.talk(plan);
    auto finding = judged(talk, round, count);
    finding.done = fmt::format(
        "On one connection {} requests were sent, each after the answer to the one before.", count);
    finding.expected = "Each has its own answer, as if it were the first.";
    return finding;
  }

 private:
  static Finding judged(const Talk& talk, const std::vector<KnownFile>& round, std::size_t count) {
    for (std::size_t i = 0; i < talk.heard.size(); ++i) {
      const auto& asked = round[i % round.size()];
      if (talk.heard[i].kind != Heard::Kind::file || talk.heard[i].file() != asked.content)
        return broken(
            fmt::format("the answer to request {} of {} was not that to \"{}\"", i + 1, count,
                        escaped(asked.name)),
            "Something of an earlier request is still about: a buffer that is longer than this name, a "
            "length, a position. Reset all of it before each request.");
    }
    const bool says_close = !talk.heard.empty() && !talk.heard.back().goes_on;
    if (says_close && talk.heard.size() < count)
      return kept(
          fmt::format("the server answered {} and said that the connection ends with it", talk.heard.size()));
    if (talk.heard.size() == count) return kept(fmt::format("the server answered all {}", count));
    if (talk.was_enough && !talk.heard.empty())
      return kept(
          fmt::format("the server answered all {} that there was time for, of {}", talk.heard.size(), count));
    if (!talk.connected) return broken(in_words(Reaction::no_connection, talk), "");
    return broken(
        fmt::format("the server answered {} of {} requests on the connection, then {}", talk.heard.size(),
                    count, how_it_went_on(talk)),
        talk.heard.size() < round.size()
            ? "The server serves one request of a connection, or one kind, and drops the connection then. "
              "Go back to reading requests until the client closes."
            : "The server counts requests and closes, or runs out of something that each request takes: a "
              "descriptor, a buffer, a place in a table.");
  }
};

BFTP_REGISTER_CASE(ManyRequests)

}  // namespace
}  // namespace bftp::torture
