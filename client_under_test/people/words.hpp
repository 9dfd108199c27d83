#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client_under_test/people/outcome.hpp"

namespace bftp::client::people {

/// Splits a line into words as a shell does: at spaces and tabs; '…' takes everything literally, "…"
/// everything but \" and
/// \\, a backslash the next character. Failures: usage, for a quote without its end.
Outcome<std::vector<std::string>> split_words(std::string_view line);

/// A line that is still being typed.
struct UnfinishedLine {
  std::vector<std::string> words;  ///< before the last one
  std::string last;                ///< the word under the cursor, without its quotes; empty after a space
  std::size_t last_at = 0;         ///< where it begins in the line, with its quotes
};
UnfinishedLine split_unfinished(std::string_view line);

/// `word` with backslashes, so that split_words gives it back as one.
std::string escape_word(std::string_view word);

}  // namespace bftp::client::people
