#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// Pure readers of what /proc and cgroup files hold (proc(5), Documentation/admin-guide/cgroup-v2.rst).
namespace bftp::measure {

/// Of /proc/PID/stat; times in clock ticks, memory in pages.
struct StatLine {
  int pid = 0;
  int parent = 0;
  bool zombie = false;
  std::uint64_t user_ticks = 0, system_ticks = 0;                    ///< own
  std::uint64_t children_user_ticks = 0, children_system_ticks = 0;  ///< of children that it waited for
  std::uint32_t threads = 0;
  std::uint64_t rss_pages = 0;
};

/// Nothing if it is no such line. A process may put spaces and parentheses into its name.
std::optional<StatLine> parse_stat_line(std::string_view text);

/// All numbers of a text, whatever is between them: cgroup.procs, task/TID/children.
std::vector<int> parse_pids(std::string_view text);

/// What follows "KEY:" or "KEY " in its line, blanks in front included.
std::optional<std::string_view> line_of_key(std::string_view text, std::string_view key);

/// "KEY value" lines ("usage_usec 819513160"), or "Key:  value kB" ones ("Pss:  1234 kB").
std::optional<std::uint64_t> value_of_key(std::string_view text, std::string_view key);

/// A lone number.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// The first line of /proc/stat, in ticks over all cores.
struct MachineTicks {
  std::uint64_t total = 0, idle = 0, steal = 0;
};
std::optional<MachineTicks> parse_machine_ticks(std::string_view text);

}  // namespace bftp::measure
