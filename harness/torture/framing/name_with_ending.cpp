#include "harness/torture/framing/name_with_ending.hpp"

#include <fmt/format.h>

namespace bftp::torture {

std::vector<std::string> NameWithEnding::clauses(const Speech& speech) const {
  if (speech.dialect() == "bftp") return {"4.13", "1.4"};
  return {std::string(speech.clause())};
}

Finding NameWithEnding::ask_with(CaseContext& context, std::string_view ending,
                                 std::string_view called) const {
  const auto& probe = context.files().probe;
  const auto talk = context.talk({.pieces = {context.speech().ask(probe.name + std::string(ending))}});
  const bool is_bftp = context.speech().dialect() == "bftp";
  auto finding = is_bftp ? expect_code(talk, 400) : expect_file_or_refusal(talk, probe);
  finding.done = fmt::format("A file was asked for with {} behind its name.", called);
  if (is_bftp && finding.result == record::CaseResult::broken && !talk.heard.empty()) {
    finding.happened =
        fmt::format("to a name with {} behind it {}", called,
                    talk.last.kind == Heard::Kind::file ? "the server sent a file, and ERR 400 is due"
                                                        : finding.happened);
    finding.cause =
        "A request with a control character is refused by 400 before any file is looked for: look at every "
        "byte of the message first, and strip nothing from its end.";
    return finding;
  }
  if (finding.result == record::CaseResult::broken)
    finding.cause = fmt::format(
        "A name with {} behind it is a name like others: look for the file, and refuse if there is none. "
        "Here the server lost its way: an error that was not caught, or a wait for bytes that never come.",
        called);
  return finding;
}

}  // namespace bftp::torture
