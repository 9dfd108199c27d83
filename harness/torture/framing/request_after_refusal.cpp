#include <string>
#include <vector>

#include "harness/torture/found.hpp"
#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

/// Long, so that what is left of it in a buffer shows behind the shorter request that follows.
const std::string name_not_there = "framing-no-such-file-" + std::string(60, 'x');

class RequestAfterRefusal final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.request_after_refusal"; }
  std::string_view title() const override { return "After a refusal the next request is understood"; }
  std::string_view about() const override {
    return "Asks for a file that does not exist by a long name, and on the same connection for one that does "
           "by a short one. Finds a server that closes after a refusal, and one that takes the rest of the "
           "refused request for a part of the next. An HTTP server that says it closes is right too.";
  }
  /// Clause 7.6 does not say what follows a refusal.
  bool applies_to(const Speech& speech) const override {
    return speech.dialect() == "bftp" || speech.dialect().starts_with("http");
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"2.3"};
    return {std::string(speech.clause()), "RFC 9112, 9.3"};
  }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    const auto& speech = context.speech();
    const auto talk = context.talk(
        {.pieces = {speech.ask_further(name_not_there, false), speech.ask_further(probe.name, true)},
         .in_turn = true});
    auto finding = judge(talk, probe);
    finding.done =
        "A missing file of a long name was asked for, and then, on the same connection, one of a short name "
        "that is there.";
    finding.expected = "A refusal, and then the file, whole and identical.";
    return finding;
  }

 private:
  static Finding judge(const Talk& talk, const KnownFile& probe) {
    const bool refused = !talk.heard.empty() && talk.heard.front().kind == Heard::Kind::refused;
    if (!refused && talk.connected)
      return skipped("the missing file was not refused, which is another case's business");
    if (refused && talk.heard.size() == 1 && !talk.heard.front().goes_on)
      return kept("the server refused, and said that the connection ends with that");
    auto finding = expect_file(talk, probe);
    if (finding.result == record::CaseResult::kept) {
      finding.happened = "the server refused the one and sent the other, whole and identical";
    } else if (refused) {
      finding.happened = "asked for the file after the refusal, " + finding.happened;
      finding.cause =
          "A refusal is an answer like any other: the connection goes on. Answer it, forget everything of "
          "that request, its length and the bytes in the buffer above all, and go back to receiving the next "
          "one. A string that is filled from a buffer ends where the request's length says, not at an old "
          "NUL.";
    }
    return finding;
  }
};

BFTP_REGISTER_CASE(RequestAfterRefusal)

}  // namespace
}  // namespace bftp::torture
