#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>

#include "protocol/unique_fd.hpp"

namespace bftp::server {

/// Moves bytes from a socket to a file by way of a pipe, with splice(2): the kernel copies them once, out of
/// the socket's buffers into the file, where recv and write copy twice. docs/performance.md has the figures.
///
/// One for an event loop. Empty between two calls of its user, who takes out what fill() put in. One thread.
class SplicePipe {
 public:
  /// What it holds at the most, if the kernel gives it as much: each piece of a socket's buffer takes a slot,
  /// and with few slots a move brings little.
  static constexpr std::size_t size_wanted = 1 << 20;

  /// Without a pipe, when descriptors are short, is_usable() is false.
  SplicePipe();
  bool is_usable() const { return static_cast<bool>(writes_); }
  /// Not usable from now on: the system does not let us splice. Precondition: it is empty.
  void give_up() { writes_.reset(); }

  /// Takes what the socket has, up to `most`. As splice(2): 0 at the client's end, -1 and errno.
  ssize_t fill(int socket, std::size_t most);

  /// Lets the file have what is held, from its own position on. Returns how much it took: less than what is
  /// held if it takes no more, and then read() has the rest.
  std::size_t empty_into(int file, std::size_t held);

  /// Takes the next bytes out; 0 if there are none.
  std::size_t read(std::span<std::byte> into);

 private:
  protocol::UniqueFd reads_;
  protocol::UniqueFd writes_;
};

}  // namespace bftp::server
