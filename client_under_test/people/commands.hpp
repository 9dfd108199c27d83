#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client_under_test/people/session.hpp"

namespace bftp::client::people {

/// What the words after a command's name are, for completion.
enum class Names { none, remote, local };

/// The words of one command, taken apart.
struct Call {
  std::set<char> flags;  ///< of `-c -r` or `-cr`
  std::vector<std::string> words;
};

/// One command of a person. A value of the table.
struct Command {
  const char* name;
  const char* usage;  ///< what follows the name
  const char* about;  ///< one line
  const char* flags;  ///< letters that it knows
  std::size_t words_min;
  std::size_t words_max;
  Names completes;
  Outcome<void> (*run)(Session& session, const Call& call);
};

std::span<const Command> commands();
/// Null if there is none.
const Command* find_command(std::string_view name);

/// The one that `name` is a slip of the fingers for, if any.
std::optional<std::string> nearest_command(std::string_view name);
/// What to say of a name that is none, with the nearest one.
std::string unknown_command(std::string_view name);

/// Runs what the words say; they are not empty. Failures: any.
Outcome<void> run_command(Session& session, const std::vector<std::string>& words);

/// A line for each command.
std::string command_help();

}  // namespace bftp::client::people
