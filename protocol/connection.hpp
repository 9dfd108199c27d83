#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/deadline.hpp"
#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::protocol {

/// One TCP connection with a pushback buffer: what a read took beyond the end of a message is kept and handed
/// out first by the next read. Owned by one thread. The descriptor blocks; each wait is bounded by the
/// deadline that the call is given (SO_RCVTIMEO / SO_SNDTIMEO or poll), so that the common path stays one
/// system call.
class Connection {
 public:
  Connection() = default;
  explicit Connection(UniqueFd fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }
  bool is_open() const { return static_cast<bool>(fd_); }
  void close();

  /// Bytes already read from the socket and not yet handed out.
  std::size_t pushed_back() const { return pushback_.size() - pushback_at_; }
  /// Puts bytes in front of everything that is still to be read.
  void push_back(std::string_view bytes);
  /// Takes up to `wanted` bytes out of the pushback buffer alone; never touches the socket.
  std::size_t take_pushed_back(std::span<std::byte> wanted);

  /// At least one byte, or 0 at an orderly end of the peer's side. Reads the pushback first, then the socket.
  /// `into` is not empty. Errors: deadline, reset, system.
  Result<std::size_t> receive_some(std::span<std::byte> into, const Deadline& deadline);

  /// Sends part of `bytes`, at least one. `more` sets MSG_MORE: the kernel may hold back a short segment.
  Result<std::size_t> send_some(std::span<const std::byte> bytes, const Deadline& deadline,
                                bool more = false);

  /// Gets a blocking send (send, sendfile) on fd() to return with EAGAIN well before `deadline`.
  void bound_sends(const Deadline& deadline) { bound(deadline, SO_SNDTIMEO, send_bound_); }

 private:
  void bound(const Deadline& deadline, int option, Clock::duration& bound_now);

  UniqueFd fd_;
  std::string pushback_;
  std::size_t pushback_at_ = 0;
  Clock::duration receive_bound_ = Clock::duration::max();  ///< as set on the socket; max() for none
  Clock::duration send_bound_ = Clock::duration::max();
};

/// Waits with poll(2) until `fd` has one of `events` (or an error or hang-up, which the next call on it
/// tells), restarted after signals. Errors: deadline, whose message says that `what` did not happen; system.
Result<void> wait_for(int fd, short events, const Deadline& deadline, std::string_view what);

/// Bytes that were sent and that the peer's kernel has not acknowledged (SIOCOUTQ, tcp(7)); nothing if that
/// cannot be told. Fewer than before: the peer takes what it is sent, however slowly.
std::optional<int> unacknowledged_bytes(int fd);

/// Writing to a connection that the peer has reset then fails with EPIPE instead of ending the process. Every
/// program that sends calls this at its start: send(2) can ask for that itself, sendfile(2) cannot.
void ignore_broken_pipes();

/// Where to connect or to listen. `host` is a name or a literal address; IPv6 without brackets.
struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;

  /// "127.0.0.1:12345", "[::1]:12345".
  std::string text() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "HOST:PORT", "[V6]:PORT", ":PORT" or "PORT". Errors: invalid_input with what would be right.
Result<Endpoint> parse_endpoint(std::string_view text);

struct ConnectOptions {
  int receive_buffer_bytes = 0;  ///< SO_RCVBUF before connect; 0 leaves the kernel's own tuning
  bool no_delay = true;          ///< TCP_NODELAY
  /// Told each socket before it connects, for a signal handler that shuts it down; false gives up. None: goes
  /// on.
  std::function<bool(int socket)> may_connect;
};

/// Resolves and connects, trying each address in turn. Errors: refused, deadline, interrupted, system.
Result<Connection> connect_to(const Endpoint& endpoint, const Deadline& deadline,
                              const ConnectOptions& options = {});

struct ListenOptions {
  int backlog = 4096;
  bool reuse_port = false;  ///< SO_REUSEPORT besides SO_REUSEADDR (clause 6.2)
};

struct Listener {
  UniqueFd fd;
  Endpoint endpoint;  ///< as bound: with the port that the kernel chose
};

/// Errors: no_permission, system ("port 80 is taken", …).
Result<Listener> listen_on(const Endpoint& endpoint, const ListenOptions& options = {});

}  // namespace bftp::protocol
