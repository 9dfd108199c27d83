#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"

namespace bftp::launch {

/// Absolute path of what a shell would run for `name`: looked up in `path` ("/usr/bin:/bin") unless it holds
/// a slash, then relative to `folder`. Errors with what is wrong and what would be right: not_found,
/// no_permission (not executable), invalid_input (a folder, empty).
protocol::Result<std::string> find_executable(const std::string& name, std::string_view path,
                                              const std::string& folder);

/// In words, why execve(2) of `file` failed with this errno though the file exists.
std::string explain_exec_error(const std::string& file, int error);

/// What the tested server is given: a few variables of ours, by name, plus `extra`; all of ours with
/// `inherit`.
std::vector<std::string> make_environment(bool inherit, const std::vector<std::string>& extra);

/// A variable of "NAME=value" entries, or the fallback.
std::string value_of(const std::vector<std::string>& environment, std::string_view name,
                     std::string_view fallback);

}  // namespace bftp::launch
