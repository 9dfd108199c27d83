#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bftp::measure {

/// What /proc/PID/status says that matters to who wants to talk to a virtual machine.
struct AttachTerms {
  int pid_inside = 0;         ///< as the process itself sees it (NSpid, the last)
  uid_t owner = 0;            ///< its effective user
  bool catches_quit = false;  ///< SIGQUIT would not end it (SigCgt)
};

/// Pure; nothing if a line is missing.
std::optional<AttachTerms> parse_attach_terms(std::string_view status);

/// Asks HotSpot to collect all garbage, as `jcmd PID GC.run` does (JEP 158; attachListener.cpp in OpenJDK,
/// protocol version 1). Who wants to attach lays .attach_pidN into the virtual machine's /tmp and sends
/// SIGQUIT; the machine opens the socket .java_pidN beside it, and takes one command for each connection.
/// Needs no JDK. Not thread-safe.
class HotspotAttach {
 public:
  HotspotAttach() = default;
  HotspotAttach(const HotspotAttach&) = delete;
  HotspotAttach& operator=(const HotspotAttach&) = delete;
  /// Removes the sockets of virtual machines that were killed: one that ends by itself removes its own.
  ~HotspotAttach();

  /// Whether the collection ran. False, and nothing was disturbed, where the process does not catch SIGQUIT
  /// (-Xrs), does not open its socket (-XX:+DisableAttachMechanism), refuses (-XX:+DisableExplicitGC), or
  /// does not answer within `patience`. What the process answers is bounded, and its files are looked at
  /// without following links: it may be somebody who only looks like HotSpot.
  bool collect(int pid, std::chrono::milliseconds patience);

 private:
  struct Opened {
    int pid = 0;
    std::string socket;  ///< as we see it once the process is gone; empty: only it could see it
  };
  std::vector<Opened> opened_;
};

}  // namespace bftp::measure
