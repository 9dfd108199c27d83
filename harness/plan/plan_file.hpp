#pragma once

#include <string>
#include <string_view>

#include "harness/plan/settings.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// Reads TOML 1.0 into settings; tables become dotted keys, and one without keys a key of its own. What the
/// keys mean is checked later. `file` names it in messages. Errors: invalid_input with file and line: syntax,
/// a value that no setting can have (date, table in a list), above 1 MiB.
protocol::Result<Settings> parse_plan_file(std::string_view toml, const std::string& file);

/// The file's text. Errors: not_found, no_permission, invalid_input above 1 MiB, system.
protocol::Result<std::string> read_plan_file(const std::string& file);

}  // namespace bftp::plan
