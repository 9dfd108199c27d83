#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

constexpr std::string_view missing_name = "framing-no-such-file";

class MissingFile final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.missing_file"; }
  std::string_view title() const override { return "A missing file is refused in order"; }
  std::string_view about() const override {
    return "Asks for a file that does not exist. A close without a byte (nul, raw, line, fixed, sized), `ERR "
           "404` (bftp, stream), status 404 (http) or reply 550 (ftp; 450 too) is due; another refusal, or "
           "RST in place of FIN, is a warning.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"2.2", "4.13"};
    if (speech.dialect() == "ftp") return {"7.8", "RFC 959, 5.4"};
    return {std::string(speech.clause())};
  }

  Finding run(CaseContext& context) const override {
    const auto talk = context.talk({.pieces = {context.speech().ask(missing_name)}});
    auto finding = expect_refusal(talk, context);
    finding.done = "A file was asked for that does not exist.";
    if (finding.result != record::CaseResult::kept)
      finding.cause = cause(reaction_of(talk, context.files().probe.content));
    return finding;
  }

 private:
  static std::string cause(Reaction reaction) {
    switch (reaction) {
      case Reaction::other_content:
        return "A message about the error was sent as if it were the file, and a client cannot tell the two "
               "apart.";
      case Reaction::silent:
        return "The error left the connection open and unanswered: close it, or answer, on every path that "
               "leaves the function.";
      case Reaction::reset:
        return "The process or thread that served the client died of the error, or closed with bytes unread.";
      case Reaction::closed:
      case Reaction::refused:
        return "The client cannot tell a missing file from another trouble.";
      default:
        return "The error was not turned into an answer of this dialect.";
    }
  }
};

BFTP_REGISTER_CASE(MissingFile)

}  // namespace
}  // namespace bftp::torture
