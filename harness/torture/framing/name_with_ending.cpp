#include "harness/torture/framing/name_with_ending.hpp"

#include <fmt/format.h>

namespace bftp::torture {

std::vector<std::string> NameWithEnding::clauses(const Speech& speech) const {
  if (speech.dialect() == "bftp") return {"1.4", "4.13"};
  return {std::string(speech.clause())};
}

Finding NameWithEnding::ask_with(CaseContext& context, std::string_view ending,
                                 std::string_view called) const {
  const auto& probe = context.files().probe;
  const auto talk = context.talk({.pieces = {context.speech().ask(probe.name + std::string(ending))}});
  auto finding = expect_file_or_refusal(talk, probe);
  finding.done = fmt::format("A file was asked for with {} behind its name.", called);
  if (context.speech().dialect() == "bftp") {  // 4.13: control characters are refused
    finding.expected = "ERR 400: a name holds no control characters.";
    if (reaction_of(talk, probe.content) == Reaction::served) finding.result = record::CaseResult::tolerated;
  }
  if (finding.result == record::CaseResult::broken)
    finding.cause = fmt::format(
        "A name with {} behind it is a name like others: look for the file, and refuse if there is none. "
        "Here "
        "the server lost its way: an error that was not caught, or a wait for bytes that never come.",
        called);
  return finding;
}

}  // namespace bftp::torture
