#include "harness/plan/client_command.hpp"

#include <algorithm>

#include "harness/plan/command_template.hpp"
#include "protocol/command_words.hpp"

namespace bftp::plan {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

namespace {

bool word_mentions(std::string_view word, std::string_view name) {
  while (!word.empty()) {
    const auto piece = protocol::take_piece(word);
    if (piece.kind == protocol::CommandPiece::Kind::placeholder && piece.content == name) return true;
  }
  return false;
}

}  // namespace

bool mentions(const std::vector<std::string>& argv_template, std::string_view name) {
  return std::ranges::any_of(argv_template, [&](const auto& word) { return word_mentions(word, name); });
}

Result<std::vector<std::string>> parse_client_command(std::string_view text) {
  auto argv = parse_command(text, client_placeholders());
  if (!argv) return argv;
  for (const auto* name : {"remote", "local"}) {
    if (mentions(*argv, name)) continue;
    const std::string what =
        std::string_view(name) == "remote" ? "the file's name on the server" : "where to put it";
    return Error{ErrorKind::invalid_input,
                 std::string("the client's command has no {") + name + "}, which stands for " + what +
                     "; right is e.g. 'python3 client.py {host} {port} {remote} {local}'",
                 0};
  }
  return argv;
}

}  // namespace bftp::plan
