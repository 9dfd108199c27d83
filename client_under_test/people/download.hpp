#pragma once

#include <string>

#include "client_under_test/people/session.hpp"

namespace bftp::client::people {

/// Fetches one file to `local_path`, by way of a PartFile; into a special file straight, see write_into().
/// With `resume` it continues such a part with RANGE (clause 5.6), if the server has RANGE and SIZE, and
/// compares the whole with HASH, if the server has that; a part that turns out to be of another content is
/// fetched anew. Failures: refused, connection, local.
Outcome<void> download(Session& session, const std::string& remote_path, const std::string& local_path,
                       bool resume);

/// Fetches a folder with all that is in it. Local folders are made as needed. Stops at the first failure.
/// Names that would lead out of `local_path` are a failure of the server's; links and special files that lie
/// in it and are in the way, a local one.
Outcome<void> download_folder(Session& session, const std::string& remote_path, const std::string& local_path,
                              bool resume);

}  // namespace bftp::client::people
