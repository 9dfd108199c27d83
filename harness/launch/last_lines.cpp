#include "harness/launch/last_lines.hpp"

#include <algorithm>
#include <array>

#include "protocol/request.hpp"

namespace bftp::launch {
namespace {

/// Where the last `count` whole lines and what follows them begin; 0 if there are not so many. A server that
/// floods us costs one look backwards for each block then, not a copy of every line.
std::size_t start_of_last(std::string_view bytes, std::size_t count) {
  std::size_t end = bytes.size();
  for (std::size_t line_ends = 0; line_ends <= count; ++line_ends) {
    if (end == 0) return 0;
    end = bytes.rfind('\n', end - 1);
    if (end == std::string_view::npos) return 0;
  }
  return end + 1;
}

}  // namespace

void LastLines::add(std::string_view bytes) {
  bytes_seen_ += bytes.size();
  if (const auto start = start_of_last(bytes, lines_max); start > 0) {
    lines_.clear();
    current_.clear();
    bytes.remove_prefix(start);
  }
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end);
    current_.append(part.substr(0, line_bytes_max - std::min(current_.size(), line_bytes_max)));
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void LastLines::end_line() {
  if (current_.ends_with('\r')) current_.pop_back();
  if (lines_.size() == lines_max) lines_.pop_front();
  lines_.push_back(std::move(current_));
  current_.clear();
}

std::vector<std::string> LastLines::get(std::size_t max) const {
  std::vector<std::string> result(lines_.begin(), lines_.end());
  if (!current_.empty()) result.push_back(current_);
  const auto wanted = std::min({max, lines_max, result.size()});
  result.erase(result.begin(), result.end() - static_cast<std::ptrdiff_t>(wanted));
  return result;
}

std::string printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const bool whole_utf8 = protocol::is_utf8(text);
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '\t') {
      result += "    ";
    } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !whole_utf8)) {
      result += "\\x";
      result += digits[byte >> 4];
      result += digits[byte & 15];
    } else {
      result += letter;
    }
  }
  return result;
}

}  // namespace bftp::launch
