#pragma once

#include <chrono>
#include <string>

#include "harness/torture/network.hpp"
#include "harness/torture/wire_log.hpp"

namespace bftp::torture {

/// For dialects with a login. No user: anonymous.
struct Login {
  std::string user;
  std::string password;
};

/// From one answer that there are too many clients to the next attempt.
inline constexpr std::chrono::milliseconds busy_pause{50};

/// How somebody comes to the server, and where it is written down. All of it is somebody else's and outlives
/// what is made from it.
struct Visit {
  Network& network;
  WireLog& log;
  const Login& login;
  std::chrono::milliseconds patience;  ///< how long the server may be silent
};

}  // namespace bftp::torture
