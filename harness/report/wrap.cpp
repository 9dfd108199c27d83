#include "harness/report/wrap.hpp"

#include <algorithm>

#include "harness/report/escape.hpp"

namespace bftp::report {

namespace {

/// What each piece of a line begins with as the line does: its indentation, and the bar behind which stands
/// what a server printed. Nothing where that leaves no room.
std::size_t prefix_bytes(std::string_view line, std::size_t width) {
  constexpr std::string_view bar = "| ";
  std::size_t bytes = std::min(line.find_first_not_of(' '), line.size());
  if (line.substr(bytes).starts_with(bar)) bytes += bar.size();
  return bytes + 1 < width ? bytes : 0;
}

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

/// `text` holds no line end; each line of it gets `before` before it.
void wrap_line(std::string_view text, std::size_t width, std::string_view before,
               std::vector<std::string>& lines) {
  std::string line;
  const auto end_line = [&] {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(std::string(before) + line);
    line.clear();
  };
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    if (!line.empty() && display_width(line) + display_width(word) > width) end_line();
    while (display_width(word) > width) {
      line = word.substr(0, bytes_within(word, width));
      word.remove_prefix(line.size());
      end_line();
    }
    line += word;
    if (!text.empty()) line += ' ', text.remove_prefix(1);
  }
  if (!line.empty()) end_line();
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view before = line.substr(0, prefix_bytes(line, width));
    line.remove_prefix(before.size());
    if (line.empty())
      lines.emplace_back(before);
    else
      wrap_line(line, width - before.size(), before, lines);
  }
  return lines;
}

}  // namespace bftp::report
