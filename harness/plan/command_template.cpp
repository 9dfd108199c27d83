#include "harness/plan/command_template.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "harness/plan/suggest.hpp"
#include "protocol/command_words.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using protocol::take_piece;
using Kind = protocol::CommandPiece::Kind;

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
    if (piece.kind == Kind::unclosed)
      return Error{ErrorKind::invalid_input, "a { in the command has no closing }; {{ stands for a brace", 0};
    if (piece.kind == Kind::placeholder && std::ranges::find(allowed, piece.content) == allowed.end())
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
  static const std::array<std::string, 5> names{"host", "port", "remote", "local", "op"};
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
  return protocol::substitute(argv_template, values);
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
