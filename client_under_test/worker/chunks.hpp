#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace bftp::client::worker {

/// Takes the chunked transfer coding (RFC 9112, 7.1) off a content, in place and in pieces that may be cut
/// anywhere. Allocates nothing while all is well. A value of one transfer.
class ChunkDecoder {
 public:
  static constexpr std::size_t line_max_bytes = 4096;  ///< of a chunk's size with its extensions
  static constexpr std::size_t trailer_max_bytes = 64u << 10;

  /// Decodes the next received bytes and moves their content to the front; returns how much that is. What
  /// comes behind the last chunk is counted and dropped.
  std::size_t decode(std::span<std::byte> bytes);

  bool ended() const { return state_ == State::ended; }
  /// What is wrong with the coding; empty if nothing is. Then no more content comes.
  const std::string& complaint() const { return complaint_; }
  /// Bytes behind the coding's end.
  std::size_t bytes_behind() const { return behind_; }

 private:
  enum class State : std::uint8_t { size, extension, content, content_end, trailer, ended, failed };

  void take(char c);
  void take_size(char c);
  void size_line_ends();
  void take_content_end(char c);
  void take_trailer(char c);
  void fail(const char* what, char c);

  State state_ = State::size;
  std::uint64_t left_ = 0;      ///< of the chunk's content; while its size is read: the size so far
  std::size_t digits_ = 0;      ///< of the chunk's size
  std::size_t line_bytes_ = 0;  ///< of the line that is read
  std::size_t trailer_bytes_ = 0;
  std::size_t behind_ = 0;
  std::string complaint_;
};

}  // namespace bftp::client::worker
