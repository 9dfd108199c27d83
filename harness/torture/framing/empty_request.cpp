#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class EmptyRequest final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.empty_request"; }
  std::string_view title() const override { return "A request without a name is refused in order"; }
  std::string_view about() const override {
    return "Sends a request that names nothing: an empty message, an end mark alone, 40 spaces; in `raw` and "
           "`http` the client's side is closed too, since more could follow. A refusal or a close is due, in "
           "bftp `ERR 400`. In ftp an empty line, and a command 50 ms later: a server may pass over the "
           "line, too.";
  }
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "bftp" ? record::CaseDemand::must : record::CaseDemand::should;
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    return {speech.dialect() == "bftp" ? "4.13" : std::string(speech.clause())};
  }

  Finding run(CaseContext& context) const override {
    const auto& speech = context.speech();
    const auto& probe = context.files().probe;
    const bool more_could_follow = speech.dialect() == "raw" || speech.dialect().starts_with("http");
    const bool may_be_passed_over = speech.dialect() == "ftp";
    CaseContext::Plan plan{.pieces = {speech.ask_nothing()},
                           .gap = std::chrono::milliseconds(50),
                           .ends_sending = more_could_follow};
    if (may_be_passed_over) plan.pieces.push_back(speech.ask(probe.name));
    const auto talk = context.talk(plan);
    auto finding = speech.dialect() == "bftp" ? expect_code(talk, 400) : expect_refusal(talk, context);
    finding.done = "A request was sent that names nothing.";
    if (speech.dialect() != "bftp") {
      finding.expected = may_be_passed_over ? "A refusal, or nothing; the next command is obeyed."
                                            : "A refusal, or a close without a byte.";
      const auto reaction = reaction_of(talk, probe.content);
      const bool passed_over = may_be_passed_over && reaction == Reaction::served;
      if (passed_over || reaction == Reaction::closed || reaction == Reaction::refused)
        finding.result = record::CaseResult::kept;
    }
    if (finding.result == record::CaseResult::broken)
      finding.cause = talk.last.kind == Heard::Kind::refused
                          ? "A request that cannot be understood is refused by 400, before any file is "
                            "looked for (4.13)."
                          : "An empty name is a name that no file has. Here the server waits on, or opened "
                            "its own folder or something else under that name.";
    return finding;
  }
};

BFTP_REGISTER_CASE(EmptyRequest)

}  // namespace
}  // namespace bftp::torture
