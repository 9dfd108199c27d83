#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <vector>

#include "protocol/connection.hpp"

namespace bftp::protocol {

/// An address as bind(2) and connect(2) take it. A value.
struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;

  int family() const { return bytes.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

/// The addresses of a literal address (at once) or a name (by the system's resolver, which knows no deadline
/// and is therefore left behind in a thread of its own when it takes too long). Never empty. Errors:
/// deadline; not_found for a name that has none.
Result<std::vector<Address>> resolve_host(const Endpoint& endpoint, const Deadline& deadline);

/// The numeric form, e.g. of what getsockname(2) says.
Endpoint to_endpoint(const Address& address);

}  // namespace bftp::protocol
