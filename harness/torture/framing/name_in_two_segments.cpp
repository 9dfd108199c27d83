#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class NameInTwoSegments final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.name_in_two_segments"; }
  std::string_view title() const override { return "A name may come in two segments"; }
  std::string_view about() const override {
    return "Sends the first half of a file's name, and the rest 50 ms later, as a slow network would. "
           "Only a warning in `raw`, whose names have no end mark.";
  }
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "raw" ? record::CaseDemand::should : record::CaseDemand::must;
  }
  std::vector<std::string> clauses(const Speech& speech) const override { return segment_clauses(speech); }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    const auto request = context.speech().ask(probe.name);
    const auto middle = request.find(probe.name) + probe.name.size() / 2;
    const auto talk = context.talk({.pieces = {request.substr(0, middle), request.substr(middle)},
                                    .gap = std::chrono::milliseconds(50)});
    auto finding = expect_file(talk, probe);
    finding.done = "The first half of the name was sent, and the rest of the request 50 ms later.";
    if (finding.result == record::CaseResult::broken)
      finding.cause = cause_of_short_read(reaction_of(talk, probe.content), context.speech());
    return finding;
  }
};

BFTP_REGISTER_CASE(NameInTwoSegments)

}  // namespace
}  // namespace bftp::torture
