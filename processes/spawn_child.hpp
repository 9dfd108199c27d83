#pragma once

#include <string>
#include <variant>
#include <vector>

#include "processes/spawn.hpp"

namespace bftp::processes {

/// Forks and executes. The child gets a process group of its own, default signal handling, the three
/// descriptors as its standard ones and no others, the cgroups, processors and limits that are asked for, and
/// a SIGKILL should its parent die. Call from a single-threaded process only. Waits until exec succeeded or
/// failed.
std::variant<Spawned, SpawnFailed> spawn_child(const Spawn& spawn, const std::vector<int>& descriptors,
                                               const std::vector<std::string>& cgroup_procs_files);

}  // namespace bftp::processes
