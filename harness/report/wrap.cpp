#include "harness/report/wrap.hpp"

#include <algorithm>

#include "harness/report/escape.hpp"

namespace bftp::report {

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
      const std::string piece = fit(word, width + 1, true);  // one column more: the ellipsis is dropped again
      const std::size_t length = piece.size() - std::string_view("…").size();
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
