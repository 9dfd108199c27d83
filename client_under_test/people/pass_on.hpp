#pragma once

#include <string>

#include "client_under_test/people/session.hpp"

/// Files that are kept nowhere on the way: block by block from the server to where they are wanted.
namespace bftp::client::people {

/// Writes a file's content to `session.out`, escaped if that is a terminal. Failures: refused, connection,
/// local.
Outcome<void> show(Session& session, const std::string& remote_path);

/// Writes a file's content into a FIFO or a device, waiting until somebody reads from a FIFO before the
/// server is asked. Failures: refused, connection, local.
Outcome<void> write_into(Session& session, const std::string& remote_path, const std::string& local_path);

}  // namespace bftp::client::people
