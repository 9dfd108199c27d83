#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/connection.hpp"

namespace bftp::launch {

/// A TCP socket in LISTEN.
struct ListenSocket {
  protocol::Endpoint endpoint;  ///< numeric; "0.0.0.0" and "::" stand for every address
  std::uint64_t inode = 0;
  bool ipv6_only = false;  ///< of "::": does not take IPv4
  friend bool operator==(const ListenSocket&, const ListenSocket&) = default;
};

/// What the kernel says of listening sockets and of who holds them. Faked in tests.
class SocketTable {
 public:
  virtual ~SocketTable() = default;
  /// Every socket in LISTEN of our network namespace; nothing if the system does not tell.
  virtual std::optional<std::vector<ListenSocket>> listening() = 0;
  /// Inodes of the sockets that these processes hold.
  struct Holdings {
    std::set<std::uint64_t> inodes;
    bool whole = true;  ///< false when a process would not let us look
  };
  virtual Holdings held_by(std::span<const int> pids) = 0;
};

/// By sock_diag netlink (sock_diag(7)), else /proc/net/tcp and tcp6.
std::unique_ptr<SocketTable> make_socket_table();

/// True if a client that connects to `wanted` reaches a socket that listens on `have`: equal port, and the
/// same address, a wildcard, or a loopback name. `wanted.host` may be "localhost".
bool reaches(const protocol::Endpoint& wanted, const ListenSocket& have);

/// The sockets in LISTEN of a /proc/net/tcp or tcp6 text (proc(5)).
std::vector<ListenSocket> parse_proc_net(std::string_view text);

}  // namespace bftp::launch
