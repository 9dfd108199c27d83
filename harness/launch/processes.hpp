#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/guard/message.hpp"
#include "harness/launch/session.hpp"
#include "protocol/deadline.hpp"
#include "protocol/result.hpp"

namespace bftp::launch {

using guard::Limits;

/// What to start. The descriptors stay the caller's.
struct SpawnRequest {
  std::string file;  ///< absolute path of the executable
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string folder;                    ///< working folder
  std::vector<int> cpus;                 ///< processors to run on; empty: all
  Limits limits;
  int standard_input = -1, standard_output = -1, standard_error = -1;
};

/// Why a process could not be started.
struct SpawnProblem {
  guard::SpawnStep step = guard::SpawnStep::exec;
  int error = 0;        ///< errno
  std::string message;  ///< when it was not the child that failed but our guard
};

/// The operating system's processes, as launch sees them: one tree that lives and dies together. Faked in
/// tests. Thread-safe.
class Processes {
 public:
  virtual ~Processes() = default;
  /// Returns the new process's id once its exec has succeeded.
  virtual boost::system::result<int, SpawnProblem> spawn(const SpawnRequest& request) = 0;
  /// How a spawned process ended; nothing while it runs.
  virtual std::optional<ExitStatus> exited(int pid) = 0;
  /// Waits for that until the deadline.
  virtual std::optional<ExitStatus> wait(int pid, const protocol::Deadline& deadline) = 0;
  virtual void signal(int pid, int number) = 0;
  virtual void signal_all(int number) = 0;
  /// Everybody alive in the tree, zombies left out.
  virtual std::vector<int> list() = 0;
  /// SIGKILL to the whole tree; true when nobody is left by the deadline.
  virtual bool kill_all(const protocol::Deadline& deadline) = 0;
  /// Where the tree's resources are counted. `top` is left for the caller.
  virtual ProcessTree tree() const = 0;
};

[[noreturn]] void throw_exception_from_error(const SpawnProblem& problem,
                                             const boost::source_location& where);

struct GuardSettings {
  std::string guard_path;       ///< bftp-guard
  std::string name = "server";  ///< goes into the cgroup's name
  /// Of the tree; 0: no bound. One that has more is killed, and the ends of its processes tell of it
  /// (ExitStatus::excess). Where a pids cgroup can be had, no more processes can be started instead.
  unsigned processes_max = 4096;
  bool use_cgroups = true;
  std::uint64_t memory_max_bytes = 0;
};

/// Processes under a guard of their own (docs/decisions/guard-process.md). Destroying it kills the tree.
/// Errors: no such guard, and whatever keeps it from starting.
protocol::Result<std::unique_ptr<Processes>> start_guard(const GuardSettings& settings);

}  // namespace bftp::launch
