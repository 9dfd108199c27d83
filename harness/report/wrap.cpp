#include "harness/report/wrap.hpp"

#include <algorithm>

#include "harness/report/escape.hpp"

namespace bftp::report {

namespace {

/// Of the longest beginning that is at most `width` columns wide and ends with a whole character, at least
/// one.
std::size_t bytes_within(std::string_view word, std::size_t width) {
  const auto is_inside = [&word](std::size_t at) {
    return at < word.size() && (static_cast<unsigned char>(word[at]) & 0xc0) == 0x80;
  };
  std::size_t length = 0;
  for (std::size_t next = 0; next < word.size();) {
    do ++next;
    while (is_inside(next));
    if (length > 0 && display_width(word.substr(0, next)) > width) break;
    length = next;
  }
  return length;
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  const auto end_line = [&] {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(std::move(line));
    line.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      end_line(), ++at;
      continue;
    }
    const std::size_t stop = std::min(text.find_first_of(" \n", at), text.size());
    std::string_view word = text.substr(at, stop - at);
    if (!line.empty() && display_width(line) + display_width(word) > width) end_line();
    while (display_width(word) > width) {
      const std::size_t length = bytes_within(word, width);
      lines.emplace_back(word.substr(0, length)), word.remove_prefix(length);
    }
    line += word;
    at = stop;
    if (at < text.size() && text[at] == ' ') line += ' ', ++at;
  }
  if (!line.empty()) end_line();
  return lines;
}

}  // namespace bftp::report
