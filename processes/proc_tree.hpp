#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"

namespace bftp::processes {

struct ProcessEntry {
  int pid = 0;
  int parent = 0;
  bool zombie = false;   ///< ended, not yet waited for
  bool stopped = false;  ///< by a signal, or by who traces it
  friend bool operator==(const ProcessEntry&, const ProcessEntry&) = default;
};

/// From the text of /proc/PID/stat (proc(5)). The name in it may hold spaces and parentheses: what counts is
/// the last closing one. Nothing for a text that is no such line.
bool parse_stat(std::string_view text, ProcessEntry& into);

/// Everything below `root` in `all`, parents before children, without `root` itself. Entries of one scan may
/// be inconsistent; loops are not followed.
std::vector<ProcessEntry> descendants(const std::vector<ProcessEntry>& all, int root);

/// Scans /proc. Costs about 10 µs for each process of the machine. An empty result means that /proc is not
/// mounted.
std::vector<ProcessEntry> list_processes();

/// One process; nothing if there is none.
std::optional<ProcessEntry> find_process(int pid);

/// descendants(list_processes(), root).
std::vector<ProcessEntry> descendants_of(int root);

}  // namespace bftp::processes
