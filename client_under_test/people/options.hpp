#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client_under_test/people/remote.hpp"

namespace bftp::client::people {

/// The command line, checked.
struct Options {
  protocol::Endpoint endpoint{"127.0.0.1", 12'345};
  Waits waits;
  bool quiet = false;
  std::vector<std::string> command;  ///< empty: a dialogue or a script
};

/// Nothing to run: a help text for standard output (status 0), or what is wrong with the command line (64).
struct NothingToRun {
  int status = 0;
  std::string text;
};

/// `arguments` without the program's name.
std::variant<Options, NothingToRun> parse_options(std::vector<std::string> arguments);

/// "HOST", "HOST:PORT", "[V6]", "[V6]:PORT", ":PORT", "PORT"; the port is 12345 unless given (clause 1.1).
protocol::Result<protocol::Endpoint> parse_server(std::string_view text);

}  // namespace bftp::client::people
