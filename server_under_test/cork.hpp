#pragma once

namespace bftp::server {

/// TCP_CORK: while it is on, the kernel sends full segments only. sendfile(2) passes a file on in pieces of
/// 64 KiB, a little more than a segment of the loopback device holds; without a cork each piece ends in a
/// short segment of its own, and the peer is woken once more for it. Off sends what is left. Measured at
/// about a sixth of the CPU time of a transfer, see docs/performance.md; MSG_MORE on the reply alone does not
/// have this effect.
void set_cork(int socket, bool on);

/// Corked from construction to destruction.
class Cork {
 public:
  explicit Cork(int socket) : socket_(socket) { set_cork(socket_, true); }
  ~Cork() { set_cork(socket_, false); }
  Cork(const Cork&) = delete;
  Cork& operator=(const Cork&) = delete;

 private:
  int socket_;
};

}  // namespace bftp::server
