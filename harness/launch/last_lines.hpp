#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace bftp::launch {

/// The last lines of an endless, hostile text in bounded memory: at most `lines_max` lines of at most
/// `line_bytes_max` bytes each; what is longer is cut. Not thread-safe.
class LastLines {
 public:
  static constexpr std::size_t lines_max = 32;
  static constexpr std::size_t line_bytes_max = 400;

  void add(std::string_view bytes);
  /// Newest last, an unfinished last line included. As printed: escape before showing.
  std::vector<std::string> get(std::size_t max = lines_max) const;
  std::uint64_t bytes_seen() const { return bytes_seen_; }

 private:
  void end_line();
  std::deque<std::string> lines_;
  std::string current_;
  std::uint64_t bytes_seen_ = 0;
};

/// Fit for a terminal and a message: control characters and broken UTF-8 as \xHH, tabs as spaces.
std::string printable(std::string_view text);

}  // namespace bftp::launch
