#include "harness/measure/proc_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace bftp::measure {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// Takes the next number off the front; blanks before it are skipped. Negative numbers count as 0: the fields
/// read here have none, those in between may.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return negative ? 0 : value;
}

}  // namespace

std::optional<StatLine> parse_stat_line(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 4 > text.size()) return std::nullopt;
  StatLine line;
  if (std::from_chars(text.data(), text.data() + name_end, line.pid).ec != std::errc()) return std::nullopt;
  const char state = text[name_end + 2];
  line.zombie = state == 'Z' || state == 'X';
  auto rest = text.substr(name_end + 3);
  constexpr std::size_t first_field = 4, last_field = 24;  // as proc(5) numbers them
  std::array<std::uint64_t, last_field + 1> field{};
  for (std::size_t i = first_field; i <= last_field; ++i) {
    const auto value = take_number(rest);
    if (!value) return std::nullopt;
    field[i] = *value;
  }
  line.parent = static_cast<int>(field[4]);
  line.user_ticks = field[14];
  line.system_ticks = field[15];
  line.children_user_ticks = field[16];
  line.children_system_ticks = field[17];
  line.threads = static_cast<std::uint32_t>(field[20]);
  line.rss_pages = field[24];
  return line;
}

std::vector<int> parse_pids(std::string_view text) {
  std::vector<int> pids;
  while (const auto value = take_number(text)) pids.push_back(static_cast<int>(*value));
  return pids;
}

std::optional<std::string_view> line_of_key(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (line.starts_with(':')) line.remove_prefix(1);
    if (!line.starts_with(' ') && !line.starts_with('\t')) continue;  // a longer key that begins alike
    return line;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> value_of_key(std::string_view text, std::string_view key) {
  auto line = line_of_key(text, key);
  return line ? take_number(*line) : std::nullopt;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  return take_number(text);
}

std::optional<MachineTicks> parse_machine_ticks(std::string_view text) {
  if (!text.starts_with("cpu ")) return std::nullopt;
  text.remove_prefix(4);
  // user nice system idle iowait irq softirq steal; guest time, which follows, is in user and nice already.
  constexpr std::size_t fields = 8;
  std::array<std::uint64_t, fields> field{};
  for (std::size_t i = 0; i < fields && !text.empty() && (is_digit(text.front()) || text.front() == ' ');
       ++i) {
    const auto value = take_number(text);
    if (!value) break;
    field[i] = *value;
  }
  MachineTicks ticks;
  for (const auto value : field) ticks.total += value;
  ticks.idle = field[3] + field[4];
  ticks.steal = field[7];
  return ticks;
}

}  // namespace bftp::measure
