#pragma once

#include "harness/launch/launcher.hpp"
#include "harness/record/restart.hpp"

namespace bftp::cli {

/// Starts a server of ours that has just ended again on `endpoint`, where it was, and stops it. Where it does
/// not come up, tries whether the port can be had, and whether the server comes up on another one, so that
/// whose fault it is is known. Blocks for as long as the starts take (plan::ServerSpec::ready_timeout_s
/// each).
record::Restart try_restart(const plan::ServerSpec& spec, launch::LaunchOptions options,
                            const protocol::Endpoint& endpoint);

/// Whether a socket that sets SO_REUSEADDR could listen there now.
bool can_be_had(const protocol::Endpoint& endpoint);

}  // namespace bftp::cli
