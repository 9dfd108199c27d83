#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/connection.hpp"

namespace bftp::processes {

/// States of a TCP socket, by the kernel's numbers (linux/tcp_states.h).
enum class TcpState : std::uint8_t { established = 1, close_wait = 8, listen = 10 };

/// A TCP socket as the kernel's tables show it.
struct TcpSocket {
  protocol::Endpoint local;  ///< numeric; "0.0.0.0" and "::" stand for every address
  std::uint64_t inode = 0;   ///< 0: held by no process, as one that still waits to be accepted
  bool ipv6_only = false;    ///< of "::": does not take IPv4; known by netlink only
  friend bool operator==(const TcpSocket&, const TcpSocket&) = default;
};

/// The sockets of our network namespace in this state, in no order. One dump of the kernel's table, filtered
/// there (sock_diag(7)), with a limit of 2 s; /proc/net/tcp and tcp6 where that is not to be had, which list
/// every socket and cost accordingly. Nothing if the system does not tell. Any thread.
std::optional<std::vector<TcpSocket>> tcp_sockets(TcpState state);

/// The sockets in this state of a /proc/net/tcp or tcp6 text (proc(5)); lines of another form are left out.
std::vector<TcpSocket> parse_proc_net(std::string_view text, TcpState state);

}  // namespace bftp::processes
