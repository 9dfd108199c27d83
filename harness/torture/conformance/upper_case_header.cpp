#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "protocol/conversation.hpp"
#include "protocol/request.hpp"

namespace bftp::torture {
namespace {

/// With "GET " before it, as long as makes 0000001a.
const std::string absent = "upper-case-no-such-xyz";

class UpperCaseHeader final : public Case {
 public:
  std::string_view id() const override { return "conformance.upper_case_header"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "A header may have upper-case digits"; }
  std::string_view about() const override {
    return "Asks for a file that does not exist by a header with the digits a to f in upper case, and for "
           "one that does on the same connection. The answers have to be those "
           "to lower-case digits. Finds a server that looks for these alone.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"1.3", "1.2"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "A request was sent whose header has an upper-case digit, and a GET behind it.";
    finding.expected = "The same as with lower-case digits: ERR 404, and then the file.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    const auto& probe = context.files().probe;
    const auto lower = message("GET " + absent);
    const auto as_usual = talk_of(context, lower);
    if (reaction_of(as_usual, probe.content) != Reaction::served) return without_comparison(as_usual);
    auto upper = lower;
    for (auto& digit : std::span(upper).first(protocol::header_size))
      if (digit >= 'a' && digit <= 'f') digit = static_cast<char>(digit - 'a' + 'A');
    context.begins_log_anew();
    const auto talk = talk_of(context, upper);
    const auto reaction = reaction_of(talk, probe.content);
    const bool is_other = !talk.heard.empty() && !is_like(talk.heard.front(), as_usual.heard.front());
    if (reaction == Reaction::served && !is_other) return kept("the server took the header for what it is");
    const auto words = is_other
                           ? fmt::format("the server answered \"{}\"", escaped(talk.heard.front().text, 80))
                           : in_words(reaction, talk);
    return broken(fmt::format("to the header \"{}\": {}", upper.substr(0, protocol::header_size), words),
                  "A sender writes lower-case digits, a receiver takes either case (1.3): what reads "
                  "hexadecimal numbers in your language knows both, a comparison with '0' to '9' and 'a' to "
                  "'f' does not.");
  }

  /// A refusal's text may be another.
  static bool is_like(const Heard& answer, const Heard& as_usual) {
    const auto reply = protocol::parse_reply(answer.text), usual = protocol::parse_reply(as_usual.text);
    return answer.kind == as_usual.kind && reply.has_value() == usual.has_value() &&
           (!reply || reply->code == usual->code);
  }

  static Talk talk_of(CaseContext& context, std::string request) {
    return context.talk(
        {.pieces = {std::move(request), context.speech().ask(context.files().probe.name)}, .in_turn = true});
  }

  /// Where the lower-case one is not answered, which is another case's business, nothing can be said.
  static Finding without_comparison(const Talk& talk) {
    return skipped("a missing file and the one behind it were not answered with lower-case digits either: " +
                   in_words(reaction_of(talk, {}), talk));
  }
};

BFTP_REGISTER_CASE(UpperCaseHeader)

}  // namespace
}  // namespace bftp::torture
