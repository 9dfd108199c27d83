#pragma once

#include <string_view>

#include "protocol/connection.hpp"
#include "protocol/result.hpp"

namespace bftp::plan {

/// "HOST:PORT", "[::1]:PORT"; port 1 to 65535. Errors: invalid_input.
protocol::Result<protocol::Endpoint> parse_endpoint(std::string_view text);

}  // namespace bftp::plan
