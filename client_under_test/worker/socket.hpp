#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

struct ssl_st;

namespace bftp::client::worker {

class TlsTrust;

/// How a step on a socket ended. What a server does is data, not an Error.
enum class IoStatus : std::uint8_t {
  done,
  refused,  ///< connect: nobody listens, or no way leads there
  closed,   ///< FIN
  reset,    ///< RST, or a broken pipe
  deadline,
  truncated,  ///< FIN without TLS's close_notify: somebody may have cut the connection (RFC 8446, 6.1)
  garbled,    ///< bytes that are no TLS, or none that we speak
  untrusted,  ///< the certificate does not verify, or is another host's
  local,      ///< our machine failed: descriptors, ports, memory, the local file
};

struct Io {
  IoStatus status = IoStatus::done;
  std::size_t bytes = 0;
  int error = 0;  ///< errno, if a call failed
};

/// What an errno of a socket's call means.
IoStatus status_of(int error);

/// Resolved once, so that no transfer's clock sees the resolver.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Every address of a host. Errors: invalid_input with what the resolver said.
protocol::Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port);

/// A blocking TCP socket of one thread whose every wait ends by a deadline, given as CLOCK_MONOTONIC
/// nanoseconds. Not protocol::Connection: this one is on the timed path. It reads straight into the caller's
/// memory, tells the kinds of ending apart without building a message, and leaves the bound to SO_RCVTIMEO,
/// which it only renews when the old one would overshoot, so that a receive is one system call.
class Socket {
 public:
  bool is_open() const { return static_cast<bool>(fd_); }
  void close() {
    if (tls_) end_tls();
    fd_.reset();
  }

  /// The close that follows sends RST, and not what is still to be sent (SO_LINGER of no time).
  void reset_at_close() {
    const linger none{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  }

  /// `receive_buffer_bytes` is SO_RCVBUF, 0 for the kernel's own tuning. Closes the socket when it fails.
  Io connect(const Address& to, int receive_buffer_bytes, std::int64_t deadline_ns);

  /// Encrypts everything that passes from now on, after the server has proved to be `host`, a name or an
  /// address. Closes the socket when that fails; complaint() has TLS's own words if it was `garbled` or
  /// `untrusted`.
  Io secure(const TlsTrust& trust, const std::string& host, std::int64_t deadline_ns);
  const std::string& complaint() const { return complaint_; }

  /// At least one byte, or how it ended.
  Io receive(std::span<std::byte> into, std::int64_t deadline_ns);
  /// All of it.
  Io send(std::string_view bytes, std::int64_t deadline_ns);
  /// All of `size` bytes from the file's start by sendfile(2). `local` if the file is shorter or unreadable.
  /// The process has to ignore SIGPIPE, which sendfile(2) cannot keep away itself. Not encrypted.
  /// `deadline_ns` is asked, for each MiB, with the bytes sent so far.
  Io send_file(int file, std::uint64_t size, const std::function<std::int64_t(std::uint64_t)>& deadline_ns);

  /// Looks without waiting and without taking anything: `done` with bytes > 0 when there are bytes,
  /// `deadline` when the line is silent and open, `closed` or `reset` when it ended.
  Io peek();

  /// Waits until `until_ns` for the server to end the connection, whatever lies unread in front of it.
  /// `deadline` when it did not.
  Io wait_for_end(std::int64_t until_ns) const;
  /// FIN, without TLS's own farewell; what the server sends can still come.
  void end_sending() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  struct FreeTls {
    void operator()(ssl_st* tls) const;
  };

  /// TCP_NODELAY, for what sends more than one request at a time: else the end of a file waits for the
  /// acknowledgement of what went before (RFC 896). Who only asks is spared the call.
  void send_at_once();
  bool renew_timeout(int option, std::int64_t& set_ns, std::int64_t deadline_ns);

  // socket_tls.cpp: the same of an encrypted connection. Others pay one look at a pointer.
  bool renew_both_timeouts(std::int64_t deadline_ns);
  Io receive_tls(std::span<std::byte> into, std::int64_t deadline_ns);
  Io send_tls(std::string_view bytes, std::int64_t deadline_ns);
  Io peek_tls();
  Io tls_outcome(int result);
  void end_tls();

  protocol::UniqueFd fd_;
  std::int64_t receive_timeout_ns_ = 0;  ///< what SO_RCVTIMEO is set to
  std::int64_t send_timeout_ns_ = 0;
  bool sends_at_once_ = false;
  std::unique_ptr<ssl_st, FreeTls> tls_;  ///< null unless encrypted
  bool tls_is_well_ = false;              ///< the handshake is over, and nothing has failed since
  std::string complaint_;
};

}  // namespace bftp::client::worker
