#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/result.hpp"

namespace bftp::client::worker {

/// Lines from a pipe, without their ends. Blocks until there is one: the parent decides when.
class LineReader {
 public:
  static constexpr std::size_t line_max_bytes = 16u << 20;

  explicit LineReader(int fd) : fd_(fd) {}
  /// The next line, valid until the next call; nothing at the end of the input. A last line needs no line
  /// end. Errors: too_long, system.
  protocol::Result<std::optional<std::string_view>> next();

 private:
  int fd_;
  std::string buffer_;
  std::size_t taken_ = 0;  ///< of buffer_
  bool ended_ = false;
};

/// Lines to a pipe, in writes of about 64 KiB.
class LineWriter {
 public:
  explicit LineWriter(int fd) : fd_(fd) {}
  /// False once nobody reads any more.
  bool write(std::string_view line);
  bool flush();

 private:
  int fd_;
  std::string buffer_;
};

}  // namespace bftp::client::worker
