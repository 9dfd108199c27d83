#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "processes/tcp_sockets.hpp"
#include "protocol/connection.hpp"

namespace bftp::launch {

using processes::TcpSocket;

/// What the kernel says of listening sockets and of who holds them. Faked in tests.
class SocketTable {
 public:
  virtual ~SocketTable() = default;
  /// Every socket in LISTEN of our network namespace; nothing if the system does not tell.
  virtual std::optional<std::vector<TcpSocket>> listening() = 0;
  /// Inodes of the sockets that these processes hold.
  struct Holdings {
    std::set<std::uint64_t> inodes;
    bool whole = true;  ///< false when a process would not let us look
  };
  virtual Holdings held_by(std::span<const int> pids) = 0;
};

/// The kernel's own tables.
std::unique_ptr<SocketTable> make_socket_table();

/// True if a client that connects to `wanted` reaches a socket that listens on `have`: equal port, and the
/// same address, a wildcard, or a loopback name. `wanted.host` may be "localhost".
bool reaches(const protocol::Endpoint& wanted, const TcpSocket& have);

}  // namespace bftp::launch
