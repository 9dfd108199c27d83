#include <cerrno>

#include "protocol/addresses.hpp"
#include "protocol/connection.hpp"

namespace bftp::protocol {

namespace {

Error cannot_listen(const Endpoint& endpoint) {
  const int code = errno;
  if (code == EADDRINUSE) {
    return {ErrorKind::system, endpoint.text() + ": port " + std::to_string(endpoint.port) + " is taken",
            code};
  }
  return system_error(code, "cannot listen on " + endpoint.text());
}

void set_flag(int fd, int option) {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, option, &on, sizeof on);
}

}  // namespace

Result<Listener> listen_on(const Endpoint& endpoint, const ListenOptions& options) {
  constexpr auto name_wait = std::chrono::seconds(5);
  const auto addresses = resolve_host(endpoint, Deadline::after(name_wait));
  if (!addresses) return addresses.error();
  const Address& address = addresses->front();
  Listener listener{UniqueFd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)), endpoint};
  const int fd = listener.fd.get();
  if (fd < 0) return system_error("cannot make a socket");
  set_flag(fd, SO_REUSEADDR);
  if (options.reuse_port) set_flag(fd, SO_REUSEPORT);
  if (::bind(fd, address.get(), address.size) != 0) return cannot_listen(endpoint);
  if (::listen(fd, options.backlog) != 0) return cannot_listen(endpoint);
  Address bound;
  bound.size = sizeof bound.bytes;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound.bytes), &bound.size) != 0)
    return cannot_listen(endpoint);
  listener.endpoint = to_endpoint(bound);
  return listener;
}

}  // namespace bftp::protocol
