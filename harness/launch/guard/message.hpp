#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "processes/spawn.hpp"
#include "processes/tree_bounds.hpp"
#include "protocol/result.hpp"

/// What the harness and a guard say to each other over a SOCK_SEQPACKET pair: one message a packet, each a
/// sequence of NUL-terminated fields, so that a message can be read in strace. Both ends are the same build.
namespace bftp::launch::guard {

inline constexpr std::size_t message_size_max = 128u << 10;

// To the guard Spawn goes with three descriptors (standard input, output, error) as SCM_RIGHTS.
using processes::Limits;
using processes::Spawn;
using processes::Spawned;
using processes::SpawnFailed;
using processes::SpawnStep;

/// From the guard: the tree had more than it may have, so it is being killed.
using processes::TreeExcess;

/// Sends `signal` to a child spawned by this guard and not yet waited for, or with pid 0 to all its
/// descendants.
struct Signal {
  int pid = 0;
  int signal = 0;
  friend bool operator==(const Signal&, const Signal&) = default;
};

/// Kills all descendants, within so many milliseconds; answered by Killed.
struct KillAll {
  std::uint32_t deadline_ms = 0;
  friend bool operator==(const KillAll&, const KillAll&) = default;
};

/// First message from a guard. Empty folders: such a cgroup could not be made.
struct Hello {
  std::string cgroup_v2;           ///< has cpu.stat and cgroup.kill
  std::string cgroup_v1_cpuacct;   ///< has cpuacct.usage in ns
  std::string cgroup_v1_pids;      ///< has pids.max
  bool processes_limited = false;  ///< pids.max holds
  friend bool operator==(const Hello&, const Hello&) = default;
};

/// A child that this guard spawned has ended. `code` or `signal` is -1.
struct Ended {
  int pid = 0;
  int code = -1;
  int signal = -1;
  friend bool operator==(const Ended&, const Ended&) = default;
};

struct Killed {
  std::uint32_t remaining = 0;  ///< processes that could not be killed in time
  friend bool operator==(const Killed&, const Killed&) = default;
};

using Message = std::variant<Spawn, Signal, KillAll, Hello, Spawned, SpawnFailed, TreeExcess, Ended, Killed>;

std::string encode(const Message& message);
/// Errors: malformed.
protocol::Result<Message> parse(std::string_view packet);

}  // namespace bftp::launch::guard
