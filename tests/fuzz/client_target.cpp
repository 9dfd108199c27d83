#include "client_under_test/people/remote.hpp"
#include "client_under_test/people/visible.hpp"
#include "client_under_test/people/words.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

using namespace client::people;

namespace {

bool acts_on_a_terminal(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return text.find("\xc2\x9b") != text.npos;  // CSI as one character
}

}  // namespace

/// A LIST stream: what is read, written again, is the stream; and no name hurts a terminal.
void fuzz_listing(std::string_view input) {
  const auto entries = parse_listing(input);
  if (!entries) {
    BFTP_FUZZ_CHECK(entries.error().cause == Cause::connection);
    BFTP_FUZZ_CHECK(!acts_on_a_terminal(entries.error().message));
    return;
  }
  std::string again;
  for (const auto& entry : *entries) {
    again += (entry.is_folder ? "D " : "F ") + std::to_string(entry.size) + " " + entry.name + "\n";
    BFTP_FUZZ_CHECK(!acts_on_a_terminal(visible(entry.name)));
    BFTP_FUZZ_CHECK(!is_safe_name(entry.name) || entry.name.find('/') == entry.name.npos);
  }
  BFTP_FUZZ_CHECK(again == input);
}

/// A line that a person or a script gives.
void fuzz_words(std::string_view input) {
  const auto unfinished = split_unfinished(input);
  BFTP_FUZZ_CHECK(unfinished.last_at <= input.size());
  const auto words = split_words(input);
  if (!words) return;
  std::string line;
  for (const auto& word : *words) line += word.empty() ? "'' " : escape_word(word) + " ";
  const auto again = split_words(line);
  BFTP_FUZZ_CHECK(again.has_value() && *again == *words);
}

/// A file's content on a terminal, cut into two blocks anywhere.
void fuzz_visible(std::string_view input) {
  const auto cut = input.empty() ? 0 : static_cast<unsigned char>(input.front()) % input.size();
  VisibleContent whole;
  VisibleContent pieces;
  std::string expected = whole.next(input);
  expected += whole.rest();
  std::string shown = pieces.next(input.substr(0, cut));
  shown += pieces.next(input.substr(cut));
  shown += pieces.rest();
  BFTP_FUZZ_CHECK(shown == expected);
  BFTP_FUZZ_CHECK(protocol::is_utf8(expected));
  BFTP_FUZZ_CHECK(!acts_on_a_terminal(visible(input)));
}

}  // namespace bftp::fuzz
