#pragma once

#include <string>

#include "client_under_test/people/session.hpp"

namespace bftp::client::people {

/// Stores one local file under `remote_path` (clause 4.2). If that turns out to be a folder, under
/// `name_in_folder` in it, unless that is empty. Failures: refused, connection, local.
Outcome<void> upload(Session& session, const std::string& local_path, const std::string& remote_path,
                     const std::string& name_in_folder = {});

/// Stores a local folder with all regular files and folders in it; links and special files are left out.
/// Folders that are there already are kept. Needs MKDIR (clause 5.4). Stops at the first failure.
Outcome<void> upload_folder(Session& session, const std::string& local_path, const std::string& remote_path);

}  // namespace bftp::client::people
