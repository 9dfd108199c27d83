#include "server_under_test/farewell.hpp"

#include <sys/socket.h>

#include <array>

namespace bftp::server {

void say_farewell(protocol::Connection& connection) {
  ::shutdown(connection.fd(), SHUT_WR);
  const auto deadline = protocol::Deadline::after(farewell_wait);
  std::array<std::byte, std::size_t{16} << 10> dropped{};
  for (std::size_t total = 0; total < farewell_bytes_max && !deadline.expired();) {
    const auto got = connection.receive_some(dropped, deadline);
    if (!got || *got == 0) break;
    total += *got;
  }
}

void reset_on_close(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace bftp::server
