#pragma once

#include "harness/plan/plan.hpp"
#include "protocol/result.hpp"

namespace bftp::cli {

/// Before anything is started: that the CA file, if one is named, is there and may be read. Errors:
/// invalid_input.
protocol::Result<void> check_ca_file(const plan::ServerSpec& server);

}  // namespace bftp::cli
