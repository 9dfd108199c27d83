#include "harness/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace bftp::cli {
namespace {

constexpr std::array<std::string_view, 3> with_value{"--out", "--name", "--history"};
constexpr std::array<std::string_view, 2> alone{"--quiet", "--json"};

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "-_=./:,+@%") == std::string::npos;
  if (plain) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

std::string command_line_of(const std::vector<std::string>& arguments) {
  std::string line = "bftp-torture";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    const auto is = [&](std::string_view option) {
      return word == option;
    };
    if (std::ranges::any_of(alone, is)) continue;
    if (std::ranges::any_of(with_value, is)) {
      ++i;  // its value
      continue;
    }
    const bool joined = std::ranges::any_of(with_value, [&](std::string_view option) {
      return word.starts_with(option) && word.substr(option.size()).starts_with('=');
    });
    if (!joined) line += " " + quoted(arguments[i]);
  }
  return line;
}

}  // namespace bftp::cli
