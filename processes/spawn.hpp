#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Processes that we start and do not trust: how one is started within limits, who descends from it, and how
/// a whole tree is ended. Shared by the guard, which does so for servers and workers, and by the worker,
/// which does so for clients under test (docs/decisions/external-clients.md).
namespace bftp::processes {

/// Resource limits of a child; 0 leaves the limit as it is. Core dumps are always off.
struct Limits {
  std::uint64_t file_bytes_max = 0;    ///< RLIMIT_FSIZE
  std::uint64_t memory_bytes_max = 0;  ///< RLIMIT_AS of each process
  std::uint64_t descriptors_max = 0;   ///< RLIMIT_NOFILE, the soft one
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// What to start.
struct Spawn {
  std::uint32_t id = 0;   ///< chosen by who asks, comes back in the answer
  std::string file;       ///< absolute path of the executable
  std::string folder;     ///< working folder
  std::vector<int> cpus;  ///< to run on; empty: all
  Limits limits;
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< "NAME=value"
  friend bool operator==(const Spawn&, const Spawn&) = default;
};

/// What became of it.
struct Spawned {
  std::uint32_t id = 0;
  int pid = 0;
  friend bool operator==(const Spawned&, const Spawned&) = default;
};

/// Which step of starting a child failed.
enum class SpawnStep : std::uint8_t { fork, folder, exec, descriptors };

struct SpawnFailed {
  std::uint32_t id = 0;
  SpawnStep step = SpawnStep::exec;
  int error = 0;  ///< errno
  friend bool operator==(const SpawnFailed&, const SpawnFailed&) = default;
};

}  // namespace bftp::processes
