#include "harness/plan/command_template.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

#include "harness/plan/suggest.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

/// One piece of a word: text to keep, or a placeholder's name. A brace that opens no name is an error.
struct Piece {
  enum class Kind : std::uint8_t { text, placeholder, unclosed } kind = Kind::text;
  std::string_view content;
};

/// Takes the next piece off the front of `word`, which is not empty.
Piece take_piece(std::string_view& word) {
  const auto take = [&](std::size_t bytes, Piece::Kind kind, std::string_view content) {
    word.remove_prefix(bytes);
    return Piece{kind, content};
  };
  if (word.starts_with("{{") || word.starts_with("}}")) return take(2, Piece::Kind::text, word.substr(0, 1));
  if (word.front() == '{') {
    const auto end = word.find('}');
    if (end == std::string_view::npos) return take(word.size(), Piece::Kind::unclosed, word);
    return take(end + 1, Piece::Kind::placeholder, word.substr(1, end - 1));
  }
  const auto end = std::max<std::size_t>(1, std::min(word.find_first_of("{}"), word.size()));
  return take(end, Piece::Kind::text, word.substr(0, end));
}

Error unknown_placeholder(std::string_view name, std::span<const std::string> allowed) {
  std::string list;
  for (const auto& known : allowed) list += " {" + known + "}";
  auto message = "{" + std::string(name.substr(0, 80)) + "} in the command is unknown; right are" + list;
  if (const auto near = nearest(name, allowed)) message += ", did you mean {" + *near + "}?";
  return Error{ErrorKind::invalid_input, message + "; {{ stands for a brace", 0};
}

Result<void> check_word(std::string_view word, std::span<const std::string> allowed) {
  while (!word.empty()) {
    const auto piece = take_piece(word);
    if (piece.kind == Piece::Kind::unclosed)
      return Error{ErrorKind::invalid_input, "a { in the command has no closing }; {{ stands for a brace", 0};
    if (piece.kind == Piece::Kind::placeholder && std::ranges::find(allowed, piece.content) == allowed.end())
      return unknown_placeholder(piece.content, allowed);
  }
  return {};
}

bool needs_quotes(std::string_view word, bool first) {
  if (first && word.find('=') != std::string_view::npos)
    return true;  // a shell would take it for an assignment
  constexpr std::string_view safe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%{}";
  return word.empty() || word.find_first_not_of(safe) != std::string_view::npos;
}

}  // namespace

std::span<const std::string> server_placeholders() {
  static const std::array<std::string, 3> names{"host", "port", "root"};
  return names;
}

std::span<const std::string> client_placeholders() {
  static const std::array<std::string, 6> names{"host", "port", "root", "remote", "local", "op"};
  return names;
}

Result<std::vector<std::string>> parse_command(std::string_view text, std::span<const std::string> allowed) {
  auto argv = split_command(text);
  if (!argv) return argv;
  for (const auto& word : *argv) {
    if (auto right = check_word(word, allowed); !right) return right.error();
  }
  return argv;
}

std::vector<std::string> substitute(const std::vector<std::string>& argv_template,
                                    const std::map<std::string, std::string, std::less<>>& values) {
  std::vector<std::string> argv;
  for (std::string_view word : argv_template) {
    std::string filled;
    while (!word.empty()) {
      const auto piece = take_piece(word);
      const auto value = piece.kind == Piece::Kind::placeholder ? values.find(piece.content) : values.end();
      assert(piece.kind == Piece::Kind::text || value != values.end());
      filled += value == values.end() ? std::string(piece.content) : value->second;
    }
    argv.push_back(std::move(filled));
  }
  return argv;
}

std::string quote_command(const std::vector<std::string>& argv) {
  std::string line;
  for (const auto& word : argv) {
    const bool first = line.empty();
    if (!first) line += ' ';
    if (!needs_quotes(word, first)) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace bftp::plan
