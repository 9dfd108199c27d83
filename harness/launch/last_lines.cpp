#include "harness/launch/last_lines.hpp"

#include <algorithm>
#include <array>

#include "protocol/request.hpp"

namespace bftp::launch {

void LastLines::add(std::string_view bytes) {
  bytes_seen_ += bytes.size();
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
