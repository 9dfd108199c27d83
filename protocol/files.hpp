#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

/// Files at places where a program that is not trusted may write, too.
namespace bftp::protocol {

/// Opens a regular file to read. What is none (a FIFO, a device, a folder) is not waited for: error `system`.
/// A symbolic link is followed. Errors: not_found, no_permission, system.
Result<UniqueFd> open_regular(const std::string& path);

/// The content of a regular file, at most `bytes_max`; one that is longer is an error.
Result<std::string> read_regular(const std::string& path, std::size_t bytes_max);

/// Writes `content` under another name in the same folder, which nobody can foretell, and renames it to
/// `path`: there is either the old file or the whole new one, and nothing that lies there is followed or
/// waited for. Errors: no_permission, no_space, not_found, system.
Result<void> write_whole(const std::string& path, std::string_view content);

}  // namespace bftp::protocol
