#pragma once

#include <string>
#include <vector>

namespace bftp::cli {

/// What was typed, quoted for a shell, for "see it again". What says where the report goes, what it is called
/// and who is told is left out: whoever pastes the command looks at one failure, and must not add a run to a
/// gradebook's folder or a history.
std::string command_line_of(const std::vector<std::string>& arguments);

}  // namespace bftp::cli
