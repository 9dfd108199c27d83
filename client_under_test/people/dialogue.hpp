#pragma once

#include <iosfwd>
#include <vector>

#include "client_under_test/people/completion.hpp"
#include "client_under_test/people/session.hpp"

namespace bftp::client::people {

/// Commands from a person at a terminal, until quit or Ctrl-D. A failure is told and the dialogue goes on; a
/// connection that broke is made anew by the next command. Returns the program's exit status: 0.
int run_dialogue(Session& session);

/// Commands from a file or pipe, one a line; blank lines and those that begin with `#` are skipped. Ends at
/// the first failure, with its exit status, other than in lines that begin with `-`.
int run_script(Session& session, std::istream& lines);

/// The entries of a folder on the server or on this machine, for completion; empty if that fails.
std::vector<KnownName> list_names(Session& session, Names where, const std::string& folder);

/// Tells a failure and returns its exit status.
int report(Session& session, const Failure& failure);

}  // namespace bftp::client::people
