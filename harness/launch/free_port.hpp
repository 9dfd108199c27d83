#pragma once

#include <cstdint>
#include <string>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::launch {

/// A port that nobody listened on when it was chosen. `reservation` keeps other runs of ours on this machine
/// from choosing it too, for as long as it lives: a name in the abstract Unix name space, which goes with the
/// process.
struct FreePort {
  std::uint16_t number = 0;
  protocol::UniqueFd reservation;
};

/// Chooses at random below the range that the kernel hands out to outgoing connections, so that no connection
/// of the workers takes the port between our look and the server's bind. Errors: system, when nothing is
/// free.
protocol::Result<FreePort> choose_free_port();

/// True if a plain bind (without SO_REUSEADDR, as a student's server does it) to the port works now.
bool port_is_free(std::uint16_t port);

}  // namespace bftp::launch
