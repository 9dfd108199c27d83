#include "protocol/command_words.hpp"

#include <algorithm>

namespace bftp::protocol {

CommandPiece take_piece(std::string_view& word) {
  using Kind = CommandPiece::Kind;
  const auto take = [&](std::size_t bytes, Kind kind, std::string_view content) {
    word.remove_prefix(bytes);
    return CommandPiece{kind, content};
  };
  if (word.starts_with("{{") || word.starts_with("}}")) return take(2, Kind::text, word.substr(0, 1));
  if (word.front() == '{') {
    const auto end = word.find('}');
    if (end == std::string_view::npos) return take(word.size(), Kind::unclosed, word);
    return take(end + 1, Kind::placeholder, word.substr(1, end - 1));
  }
  const auto end = std::max<std::size_t>(1, std::min(word.find_first_of("{}"), word.size()));
  return take(end, Kind::text, word.substr(0, end));
}

std::string substitute(std::string_view word, const std::map<std::string, std::string, std::less<>>& values) {
  std::string filled;
  while (!word.empty()) {
    const auto piece = take_piece(word);
    const auto value =
        piece.kind == CommandPiece::Kind::placeholder ? values.find(piece.content) : values.end();
    filled += value == values.end() ? std::string(piece.content) : value->second;
  }
  return filled;
}

std::vector<std::string> substitute(const std::vector<std::string>& argv_template,
                                    const std::map<std::string, std::string, std::less<>>& values) {
  std::vector<std::string> argv;
  for (const auto& word : argv_template) argv.push_back(substitute(word, values));
  return argv;
}

}  // namespace bftp::protocol
