#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bftp::record {

/// What a server said of where it listens (clause 6.4), and where it did.
struct Announcement {
  std::uint16_t asked_port = 0;  ///< that it was told; 0: any free one
  std::uint16_t port = 0;        ///< on which it listened; 0: on none
  std::string text;              ///< then: why, with its last lines
  /// First whole line on its standard output before it was asked to end, of its first 300 bytes.
  std::optional<std::string> first_line;
  bool printed_at_end =
      false;  ///< there was none, and one came when it ended: a buffer that was never flushed
};

}  // namespace bftp::record
