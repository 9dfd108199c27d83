#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::launch {

/// Where a captured stream goes.
struct CaptureTarget {
  std::string path;                    ///< file; made anew
  std::uint64_t bytes_max = 8u << 20;  ///< of the file; the rest is counted and dropped
  bool appends = false;                ///< to what the server before said, instead of making it anew
};

struct CaptureCount {
  std::uint64_t bytes_seen = 0;
  std::uint64_t bytes_dropped = 0;
};

/// Drains a server's standard output and error in a thread of its own, so that a server that prints is never
/// held up, whatever the harness is doing: up to the cap into files, the last lines into memory, the rest is
/// counted. Thread-safe.
class OutputCapture {
 public:
  /// Errors: a file that cannot be made (path and reason), no pipe.
  static protocol::Result<std::unique_ptr<OutputCapture>> start(const CaptureTarget& out,
                                                                const CaptureTarget& error);
  virtual ~OutputCapture() = default;

  /// The writing ends, for the child. Released once it has been started, so that its end shows as an end of
  /// file.
  virtual int out_descriptor() const = 0;
  virtual int error_descriptor() const = 0;
  virtual void release_descriptors() = 0;

  virtual std::vector<std::string> last_out_lines(std::size_t max) = 0;
  virtual std::vector<std::string> last_error_lines(std::size_t max) = 0;
  /// Endpoint text of the first line "listening on HOST:PORT" (clause 6.4) on either stream; empty while
  /// there is none.
  virtual std::string announced() = 0;
  /// First line on standard output, of its first 300 bytes and without its line end; nothing while it is not
  /// whole.
  virtual std::optional<std::string> first_out_line() = 0;
  virtual CaptureCount out_count() = 0;
  virtual CaptureCount error_count() = 0;
  /// Lets the thread take what is in the pipes already, at most for `wait_ms`: call it after the server has
  /// ended.
  virtual void settle(int wait_ms) = 0;
};

}  // namespace bftp::launch
