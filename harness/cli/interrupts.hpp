#pragma once

#include <atomic>

namespace bftp::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP set stop() instead of ending the process, and SIGPIPE and
/// SIGXFSZ are ignored. A second SIGINT ends the process at once; the guards then end everything that was
/// started. One object at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  const std::atomic<bool>& stop() const;
};

}  // namespace bftp::cli
