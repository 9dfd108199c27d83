#pragma once

#include <atomic>

namespace bftp::client::people {

/// While one lives, Ctrl-C (SIGINT) ends what a dialogue does instead of the program: it shuts down the
/// socket that is watched, so that whoever waits on it comes back, and sets a flag for whoever would go on to
/// the next step. One at a time; between two of them SIGINT is ignored. The signal handler needs a static
/// variable, which is the only one.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool happened() const;
};

/// Set from the interrupt on, as long as its guard lives. Never set without a guard.
const std::atomic<bool>& interrupt_flag();

/// Names the socket to shut down. To be called for each connection that is made or used, before it is waited
/// for. False if the interrupt has come already: then it is not to be waited for at all.
bool watch_for_interrupt(int socket);

}  // namespace bftp::client::people
