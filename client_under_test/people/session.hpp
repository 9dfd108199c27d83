#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>

#include "client_under_test/people/remote.hpp"

namespace bftp::client::people {

/// What a command works on: the server, where one is there, and where to write to. Owned by the program's
/// main loop.
struct Session {
  protocol::Endpoint endpoint;
  Waits waits;
  std::ostream& out;                 ///< results
  std::ostream& messages;            ///< what was done, and what went wrong
  std::ostream* terminal = nullptr;  ///< for progress; null when nobody watches
  std::size_t columns = 80;          ///< of the terminal
  bool out_is_terminal = false;      ///< then a file's content is shown escaped
  bool quiet = false;                ///< no messages of success

  std::optional<Remote> remote;
  std::string folder = "/";  ///< the current folder on the server, for a new connection to return to

  /// The connection, made anew if there is none or if the last one broke. Asked for before each step of a
  /// command, so that none is begun after an interrupt. Failures: connection, refused (the folder has gone).
  Outcome<Remote*> connected();

  /// A message of success, other than when quiet. It may hold names from the server: it is escaped here.
  void say(const std::string& line);
  /// What a person has to know although the command did its work. Escaped as well.
  void warn(const std::string& line);
};

}  // namespace bftp::client::people
