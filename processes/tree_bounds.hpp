#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// How much a tree of processes may have. The kernel bounds single processes (setrlimit(2)); a bound on
/// address space breaks runtimes that reserve far more than they touch (JVM, Go, sanitizers), and a cgroup's
/// memory counts the page cache. So somebody has to look.
namespace bftp::processes {

struct TreeBounds {
  std::uint64_t memory_bytes_max = 0;  ///< 0: no bound
  std::uint32_t processes_max = 0;     ///< 0: no bound
};

/// What a tree had more of than its bounds allow; the other is 0.
struct TreeExcess {
  std::uint64_t memory_bytes = 0;
  std::uint32_t processes = 0;
  friend bool operator==(const TreeExcess&, const TreeExcess&) = default;
};

/// From the text of /proc/PID/status (proc(5)): resident pages of no file, those of shared memory, and what
/// is swapped out. Kernel threads and zombies have no such lines: 0.
std::uint64_t held_bytes(std::string_view status);

/// The same from /proc/PID/smaps_rollup, with each page divided by the number of processes that map it.
/// Nothing where the kernel does not tell (before Linux 5.1).
std::optional<std::uint64_t> shared_out_bytes(std::string_view rollup);

/// What `pids` have beyond `bounds`; nothing if they keep within. Pages that a fork shares with its parent
/// count once: they are looked at more closely once the plain sum is too much.
std::optional<TreeExcess> beyond(std::span<const int> pids, const TreeBounds& bounds);

}  // namespace bftp::processes
