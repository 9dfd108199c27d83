#include "harness/record/last_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace bftp::record {

bool tells_of_memory(const std::vector<std::string>& last_lines) {
  constexpr std::array<std::string_view, 8> words{"OutOfMemory",   "MemoryError",   "bad_alloc",
                                                  "out of memory", "Out of memory", "Cannot allocate memory",
                                                  "NoMemoryError", "ENOMEM"};
  return std::any_of(last_lines.begin(), last_lines.end(), [&](const std::string& line) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return line.find(word) != std::string::npos; });
  });
}

}  // namespace bftp::record
