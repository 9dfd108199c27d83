#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"

/// The command of an external client (--client). All errors are invalid_input and say what would be right.
namespace bftp::plan {

/// parse_command() with the placeholders of a client, of which {remote} and {local} have to be there: a
/// client that is not told what to fetch and where to put it cannot be judged by what it wrote.
protocol::Result<std::vector<std::string>> parse_client_command(std::string_view text);

/// True if a word of the parsed command holds {name}.
bool mentions(const std::vector<std::string>& argv_template, std::string_view name);

}  // namespace bftp::plan
