#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>

#include "protocol/addresses.hpp"
#include "protocol/connection.hpp"

namespace bftp::protocol {

namespace {

Result<void> finish_connect(int fd, const Deadline& deadline) {
  if (auto ready = wait_for(fd, POLLOUT, deadline, "no answer"); !ready) return ready;
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0) return system_error("cannot connect");
  if (code != 0) return system_error(code, "cannot connect");
  return {};
}

void set_flag(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

Result<Connection> connect_address(const Address& address, const Deadline& deadline,
                                   const ConnectOptions& options) {
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("cannot make a socket");
  if (options.receive_buffer_bytes > 0) {  // before connect: the window scale is agreed in the SYN
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &options.receive_buffer_bytes,
                 sizeof options.receive_buffer_bytes);
  }
  if (options.no_delay) set_flag(fd.get(), IPPROTO_TCP, TCP_NODELAY);
  Connection connection(std::move(fd));
  if (options.may_connect && !options.may_connect(connection.fd()))
    return Error{ErrorKind::interrupted, "interrupted before the connection stood"};
  connection.bound_sends(deadline);  // connect(2) honours SO_SNDTIMEO
  if (::connect(connection.fd(), address.get(), address.size) != 0) {
    if (errno != EINPROGRESS && errno != EINTR && errno != EAGAIN) return system_error("cannot connect");
    if (auto done = finish_connect(connection.fd(), deadline); !done) return done.error();
  }
  return connection;
}

}  // namespace

Result<Connection> connect_to(const Endpoint& endpoint, const Deadline& deadline,
                              const ConnectOptions& options) {
  const auto addresses = resolve_host(endpoint, deadline);
  if (!addresses) return addresses.error();
  Error last;
  for (const Address& address : *addresses) {
    auto connection = connect_address(address, deadline, options);
    if (connection) return connection;
    last = connection.error();
  }
  last.message = endpoint.text() + ": " + last.message;
  return last;
}

}  // namespace bftp::protocol
