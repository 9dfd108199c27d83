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

enum class PortTest : std::uint8_t {
  strict,   ///< a plain bind works, as a student's server does it; closed connections in TIME_WAIT are in its
            ///< way
  lenient,  ///< a bind with SO_REUSEADDR works: nobody listens, so a server may be started there again
            ///< (clause 6.2)
};

bool port_is_free(std::uint16_t port, PortTest test);

}  // namespace bftp::launch
