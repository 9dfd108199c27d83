#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client_under_test/worker/socket.hpp"

namespace bftp::client::worker {

/// The way to one server: its addresses, resolved once, and the connection that stands, if any. Owned by one
/// worker.
class Link {
 public:
  /// With `trust`, which outlives the link, connections are encrypted.
  Link(std::string host, std::uint16_t port, const TlsTrust* trust = nullptr);

  bool is_to(const std::string& host, std::uint16_t port) const { return host_ == host && port_ == port; }
  /// "127.0.0.1:80", "[::1]:80".
  const std::string& text() const { return text_; }
  /// What the resolver said if it knew no address; else empty.
  const std::string& unresolved() const { return unresolved_; }

  Socket& socket() { return socket_; }
  /// The address that was connected to last. Only after an open() that was done.
  const Address& address() const { return addresses_[preferred_]; }

  /// Connects, trying each address in turn from the one that worked last; then the handshake, if encrypted.
  Io open(int receive_buffer_bytes, std::int64_t deadline_ns);
  /// Closes a connection on which the server has closed or spoken while nobody asked, so that the next
  /// transfer does not start on a dead one.
  void drop_if_stale();

 private:
  std::string host_;
  std::uint16_t port_;
  const TlsTrust* trust_;
  std::string text_;
  std::vector<Address> addresses_;
  std::size_t preferred_ = 0;
  std::string unresolved_;
  Socket socket_;
};

}  // namespace bftp::client::worker
