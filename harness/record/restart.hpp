#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bftp::record {

/// The server under test, started again at once on the port that it had just left, with a connection of it
/// still in TIME_WAIT (clause 6.2).
struct Restart {
  std::uint16_t port = 0;
  bool listened = false;
  double took_s = 0;  ///< until it did, or until it was given up
  std::string text;   ///< why it did not, with its last lines
  /// Where it did not: nobody listened there, nor had a connection from there.
  bool port_was_free = false;
  std::optional<bool> elsewhere;  ///< likewise: whether it listened when it was started on another port
};

}  // namespace bftp::record
