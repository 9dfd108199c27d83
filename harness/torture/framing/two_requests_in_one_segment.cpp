#include <algorithm>

#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class TwoRequestsInOneSegment final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.two_requests_in_one_segment"; }
  std::string_view title() const override { return "Two requests may come in one segment"; }
  std::string_view about() const override {
    return "Sends two requests at once and awaits two answers, in dialects whose connections carry several: "
           "bftp, stream, http (1.1; RFC 9112, 9.3.2). An HTTP server that says it closes after the first is "
           "right too.";
  }
  bool applies_to(const Speech& speech) const override { return speech.takes_several(); }
  std::vector<std::string> clauses(const Speech& speech) const override {
    auto clauses = segment_clauses(speech);
    if (speech.dialect() == "bftp") clauses.emplace_back("2.4");
    return clauses;
  }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    const auto& speech = context.speech();
    const auto both = speech.ask_further(probe.name, false) + speech.ask_further(probe.name, true);
    const auto talk = context.talk({.pieces = {both}, .answers = 2});
    auto finding = expect_file(talk, probe);
    finding.done = "Two requests for a file were sent in one segment.";
    finding.expected = "The file, twice.";
    const auto whole = std::ranges::count_if(talk.heard, [&](const Heard& heard) {
      return heard.kind == Heard::Kind::file && heard.file() == probe.content;
    });
    if (finding.result == record::CaseResult::kept && whole == 2)
      finding.happened = "the server answered both, in order";
    if (finding.result == record::CaseResult::kept && whole == 1)
      finding.happened = "the server answered the first and said that the connection ends with it";
    if (finding.result == record::CaseResult::broken) explain(finding, whole);
    return finding;
  }

 private:
  static void explain(Finding& finding, std::ptrdiff_t whole) {
    if (whole == 1) finding.happened = "the first answer was right; then " + finding.happened;
    finding.cause =
        "The server reads a block, takes one request out of it and forgets the rest. Keep what follows a "
        "request and look there for the next one before calling recv() again.";
  }
};

BFTP_REGISTER_CASE(TwoRequestsInOneSegment)

}  // namespace
}  // namespace bftp::torture
