#pragma once

namespace bftp::client::people {

/// While one lives, Ctrl-C (SIGINT) ends the work on a connection instead of the program: it shuts the socket
/// down, so that whoever waits on it comes back. One at a time. The signal handler needs a static variable,
/// which is the only one.
class InterruptGuard {
 public:
  explicit InterruptGuard(int socket);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool happened() const;
};

}  // namespace bftp::client::people
