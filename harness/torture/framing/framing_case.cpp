#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {

std::vector<std::string> segment_clauses(const Speech& speech) {
  const auto dialect = speech.dialect();
  const bool by_message = dialect == "bftp" || dialect == "sized" || dialect == "stream";
  std::vector<std::string> clauses{std::string(speech.clause())};
  if (by_message) clauses.insert(clauses.begin(), "1.4");
  if (dialect == "ftp") clauses.emplace_back("RFC 959, 5.3");  // no action until the line's end
  return clauses;
}

std::string cause_of_short_read(Reaction reaction, const Speech& speech) {
  if (speech.dialect() == "raw")
    return "The server takes what one recv() returns for the whole name. TCP carries bytes, not messages: a "
           "name may come in two. This dialect has no mark for its end, so no server can be quite sure of "
           "it; waiting a moment for more when there is no such file helps, a dialect with an end mark "
           "cures.";
  std::string cause =
      "The server takes what one recv() returns for the whole request. TCP carries bytes, not messages: "
      "recv() returns what has come, which may be a part. Receive in a loop until the end of the request is "
      "there: ";
  const auto dialect = speech.dialect();
  cause += dialect == "nul"              ? "the NUL byte."
           : dialect == "line"           ? "the line end."
           : dialect == "fixed"          ? "the 40th byte."
           : dialect.starts_with("http") ? "the empty line."
           : dialect == "ftp"            ? "CR LF."
                                         : "first 8 bytes of header, then as many as it says.";
  if (reaction == Reaction::silent)
    cause += " Here it dropped the first part and waits for a rest that has come already.";
  return cause;
}

Finding LeavingCase::leave(CaseContext& context, std::string done, std::string sent) const {
  const auto talk = context.talk({.pieces = {std::move(sent)}, .answers = 0});
  Finding finding;
  finding.result = talk.connected ? record::CaseResult::kept : record::CaseResult::broken;
  finding.done = std::move(done);
  finding.expected = "The server drops the connection and serves the next client.";
  finding.happened =
      talk.connected ? "the server served the next client" : in_words(Reaction::no_connection, talk);
  return finding;
}

}  // namespace bftp::torture
