#include "harness/torture/plain_transfer.hpp"

#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class PlainTransfer final : public FramingCase {
 public:
  std::string_view id() const override { return plain_transfer_id; }
  std::string_view title() const override { return "A file that is there is sent"; }
  std::string_view about() const override {
    return "Asks for a file that is there, as a polite client does. All other cases build on that: where it "
           "fails twice, on a fresh server each time, this case fails, whichever were asked for, and nothing "
           "is found out of the others.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.1"};
    return {std::string(speech.clause())};
  }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    const auto talk = context.talk({.pieces = {context.speech().ask(probe.name)}});
    auto finding = expect_file(talk, probe);
    finding.done = "A file was asked for that is there.";
    if (finding.result != record::CaseResult::kept) finding.cause = cause(reaction_of(talk, probe.content));
    return finding;
  }

 private:
  static std::string cause(Reaction reaction) {
    switch (reaction) {
      case Reaction::silent:
        return "The server still waits for bytes that do not come (the connection's end, a newline), or has "
               "announced more than it sends.";
      case Reaction::closed:
      case Reaction::reset:
        return "The server did not understand the request or did not find the file, or an error ended what "
               "served the client.";
      case Reaction::not_found:
      case Reaction::refused:
        return "The file lies in the served folder ({root}): look what becomes of the name, and in which "
               "folder it is looked up.";
      case Reaction::other_content:
        return "The announced size is not that of the file in bytes, or the content was treated as text.";
      case Reaction::no_connection:
        return "Nobody accepts connections: accept() is not called, or the server ended.";
      default:
        return "The answer does not have the form that the dialect gives it. Compare it, byte by byte, with "
               "what the clause asks for: a size is plain digits, with no word, blank, zero or newline "
               "beside them. And is it the right --dialect?";
    }
  }
};

BFTP_REGISTER_CASE(PlainTransfer)

}  // namespace
}  // namespace bftp::torture
