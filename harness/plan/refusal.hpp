#pragma once

#include <string>
#include <string_view>

#include "protocol/result.hpp"

namespace bftp::plan {

/// Wrong usage; the message says what is wrong and what would be right (exit code 64).
protocol::Error refuse(std::string message);

/// What somebody typed, in quotes, no more than its first 80 bytes.
std::string in_quotes(std::string_view text);

}  // namespace bftp::plan
