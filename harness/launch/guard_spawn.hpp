#pragma once

#include <string>
#include <vector>

#include "protocol/result.hpp"

namespace bftp::launch {

/// Starts a program by Boost.Process v2 with /dev/null as standard input and output, our standard error, our
/// environment, and `kept` as its only other descriptor. Returns its process id; the caller waits for it
/// (waitpid). Errors: not_found, no_permission, system.
protocol::Result<int> spawn_guard(const std::string& path, const std::vector<std::string>& arguments,
                                  int kept);

}  // namespace bftp::launch
