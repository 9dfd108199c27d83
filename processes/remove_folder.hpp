#pragma once

#include <string>

#include "protocol/result.hpp"

namespace bftp::processes {

/// Removes what is there, a file or a folder with all that is in it: folders without permissions too, in
/// which an untrusted program may have left things. Links are not followed. Errors: system, when something
/// stays.
protocol::Result<void> remove_folder(const std::string& path);

}  // namespace bftp::processes
