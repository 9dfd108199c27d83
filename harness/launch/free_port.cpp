#include "harness/launch/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <random>

namespace bftp::launch {
namespace {

using protocol::UniqueFd;

UniqueFd reserve(std::uint16_t port) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "bftp-torture/port/" + std::to_string(port);
  std::memcpy(&address.sun_path[1], name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) socket.reset();
  return socket;
}

void allow_time_wait(int socket, PortTest test) {
  const int on = test == PortTest::lenient ? 1 : 0;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

bool can_bind_v4(std::uint16_t port, PortTest test) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  allow_time_wait(socket.get(), test);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  return socket && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// Without IPv6 on this machine there is nobody to be in the way.
bool can_bind_v6(std::uint16_t port, PortTest test) {
  const UniqueFd socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return true;
  const int on = 1;
  allow_time_wait(socket.get(), test);
  ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  return errno != EADDRINUSE;
}

/// First port that the kernel hands out by itself.
int ephemeral_first() {
  int first = 32768;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
  return first;
}

}  // namespace

bool port_is_free(std::uint16_t port, PortTest test) {
  return can_bind_v4(port, test) && can_bind_v6(port, test);
}

protocol::Result<FreePort> choose_free_port() {
  constexpr int low = 15000, room_needed = 2000, attempts = 500;
  const int first = ephemeral_first();
  const int high = first >= low + room_needed ? std::min(first, 65536) : 61000;
  // Not part of what a run measures, so not drawn from the run's seed: two runs with one seed may run side by
  // side.
  std::random_device random;
  std::uniform_int_distribution<int> any(low, high - 1);
  for (int i = 0; i < attempts; ++i) {
    const auto port = static_cast<std::uint16_t>(any(random));
    FreePort chosen{port, reserve(port)};
    if (chosen.reservation && port_is_free(port, PortTest::strict)) return chosen;
  }
  return protocol::Error{
      protocol::ErrorKind::system,
      "no free TCP port between " + std::to_string(low) + " and " + std::to_string(high) + " after 500 tries",
      EADDRINUSE};
}

}  // namespace bftp::launch
