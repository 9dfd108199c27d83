#pragma once

#include <cstdint>

#include "harness/launch/launcher.hpp"
#include "harness/record/restart.hpp"

namespace bftp::cli {

/// Starts a server of ours that has just ended again on `endpoint`, where it was, and stops it. Where it does
/// not come up, looks whether somebody else has the port, and whether the server comes up on another one, so
/// that whose fault it is is known. Blocks for as long as the starts take (plan::ServerSpec::ready_timeout_s
/// each).
record::Restart try_restart(const plan::ServerSpec& spec, launch::LaunchOptions options,
                            const protocol::Endpoint& endpoint);

/// Whether a socket of anybody listens at this port or has a connection from it; true too if the system does
/// not tell. A trial of our own would not do: Linux lets a socket past one in TIME_WAIT only if that one had
/// SO_REUSEADDR too.
bool is_taken(std::uint16_t port);

}  // namespace bftp::cli
