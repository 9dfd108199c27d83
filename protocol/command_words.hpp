#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Commands with {placeholders}, as users write them and as a worker's job holds them. `{{` and `}}` stand
/// for single braces.
namespace bftp::protocol {

/// One piece of a word: text to keep, or a placeholder's name. A brace that opens no name is `unclosed`.
struct CommandPiece {
  enum class Kind : std::uint8_t { text, placeholder, unclosed } kind = Kind::text;
  std::string_view content;
};

/// Takes the next piece off the front of `word`, which is not empty.
CommandPiece take_piece(std::string_view& word);

/// Fills in {placeholders} and resolves {{ and }}. Values are put in as they are: nothing in them is split or
/// expanded again. A placeholder without a value keeps its name.
std::string substitute(std::string_view word, const std::map<std::string, std::string, std::less<>>& values);
std::vector<std::string> substitute(const std::vector<std::string>& argv_template,
                                    const std::map<std::string, std::string, std::less<>>& values);

}  // namespace bftp::protocol
