#include "harness/torture/finding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/request.hpp"

namespace bftp::torture {

using record::CaseResult;

namespace {

Finding found(CaseResult result, Reaction reaction, const Talk& talk) {
  Finding finding;
  finding.result = result;
  finding.happened = in_words(reaction, talk);
  return finding;
}

}  // namespace

std::string first_difference(std::string_view came, std::string_view content) {
  const auto common = std::min(came.size(), content.size());
  const auto [at, ignored] =
      std::mismatch(came.begin(), came.begin() + static_cast<std::ptrdiff_t>(common), content.begin());
  const auto offset = static_cast<std::size_t>(at - came.begin());
  if (offset == 0) return fmt::format("beginning \"{}\"", escaped(came, 48));
  return fmt::format("the first {} of them right", offset);
}

Reaction reaction_of(const Talk& talk, std::string_view content) {
  if (!talk.connected) return Reaction::no_connection;
  if (talk.stopped_reading) return Reaction::endless;
  switch (talk.last.kind) {
    case Heard::Kind::file:
      return !talk.heard.empty() && talk.heard.back().file() == content ? Reaction::served
                                                                        : Reaction::other_content;
    case Heard::Kind::refused:
      return talk.last.is_not_found ? Reaction::not_found : Reaction::refused;
    case Heard::Kind::closed:
      return Reaction::closed;
    case Heard::Kind::nonsense:
      return Reaction::nonsense;
    case Heard::Kind::incomplete:
      break;
  }
  return talk.reset ? Reaction::reset : Reaction::silent;
}

std::string in_words(Reaction reaction, const Talk& talk) {
  switch (reaction) {
    case Reaction::served:
      return "the server sent the file, whole and identical";
    case Reaction::other_content:
      return fmt::format("the server sent {} bytes that are not the file",
                         talk.heard.empty() ? talk.received.size() : talk.heard.back().file().size());
    case Reaction::not_found:
    case Reaction::refused:
      return fmt::format("the server refused: \"{}\"", escaped(talk.last.text));
    case Reaction::closed:
      return "the server closed without sending a byte";
    case Reaction::reset:
      return fmt::format("the server cut the connection (RST) after {} bytes", talk.received.size());
    case Reaction::silent:
      return talk.received.empty()
                 ? "the server sent nothing and kept the connection open"
                 : fmt::format("the server sent {} bytes, which is not all, and kept the connection open",
                               talk.received.size());
    case Reaction::nonsense:
      return fmt::format("the server sent what the dialect does not know: {}", escaped(talk.last.text));
    case Reaction::endless:
      return fmt::format("the server sent more than any answer has: reading stopped after {} bytes",
                         talk.received.size());
    case Reaction::no_connection:
      return "the server accepted no connection";
  }
  return {};
}

Finding expect_file(const Talk& talk, const KnownFile& file) {
  const auto reaction = reaction_of(talk, file.content);
  const bool served = reaction == Reaction::served;
  auto finding = found(served ? CaseResult::kept : CaseResult::broken, reaction, talk);
  finding.expected = "The file, whole and identical.";
  if (reaction == Reaction::other_content)
    finding.happened += ", " + first_difference(talk.heard.back().file(), file.content);
  return finding;
}

Finding expect_refusal(const Talk& talk, const CaseContext& context) {
  const auto reaction = reaction_of(talk, context.files().probe.content);
  const bool by_close = context.speech().refuses_by_close();
  auto result = CaseResult::broken;
  if (reaction == Reaction::not_found || (reaction == Reaction::closed && by_close))
    result = CaseResult::kept;
  const bool no_byte = talk.received.empty();
  if (reaction == Reaction::refused || (reaction == Reaction::closed && !by_close) ||
      (reaction == Reaction::reset && no_byte))
    result = CaseResult::tolerated;
  auto finding = found(result, reaction, talk);
  finding.expected = by_close ? "The server closes without sending a byte." : "An orderly no.";
  if (reaction == Reaction::other_content)
    finding.happened += ", " + first_difference(talk.heard.back().file(), context.files().probe.content);
  return finding;
}

Finding expect_code(const Talk& talk, std::uint16_t code) {
  auto finding = found(CaseResult::broken, reaction_of(talk, {}), talk);
  finding.expected = fmt::format("ERR {}.", code);
  if (talk.last.kind == Heard::Kind::refused) {
    const auto reply = protocol::parse_reply(talk.last.text);
    if (reply && reply->code == code)
      finding.result = CaseResult::kept;
    else if (talk.last.is_busy)
      finding.result = CaseResult::tolerated;
    else
      finding.happened += fmt::format(", and ERR {} is due", code);
  }
  const bool ended = talk.last.kind == Heard::Kind::closed || talk.reset;
  if (ended && talk.received.empty()) finding.result = CaseResult::tolerated;
  return finding;
}

Finding expect_file_or_refusal(const Talk& talk, const KnownFile& file) {
  const auto reaction = reaction_of(talk, file.content);
  auto result = CaseResult::broken;
  if (reaction == Reaction::served || reaction == Reaction::not_found || reaction == Reaction::refused ||
      reaction == Reaction::closed)
    result = CaseResult::kept;
  if (reaction == Reaction::reset && talk.received.empty()) result = CaseResult::tolerated;
  auto finding = found(result, reaction, talk);
  finding.expected = "The file, or an orderly no.";
  if (reaction == Reaction::other_content)
    finding.happened += ", " + first_difference(talk.heard.back().file(), file.content);
  return finding;
}

}  // namespace bftp::torture
