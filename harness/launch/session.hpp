#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/record/server_end.hpp"
#include "harness/record/transfer_record.hpp"
#include "protocol/connection.hpp"
#include "protocol/deadline.hpp"
#include "protocol/external_client.hpp"
#include "protocol/result.hpp"

namespace bftp::launch {

/// How a child ended.
struct ExitStatus {
  std::optional<int> code;
  std::optional<int> signal;
  /// Neither is known: our guard process was killed, and all that it watched over ended with it.
  bool guard_lost = false;
  std::optional<record::Excess> excess;  ///< for which it was ended; the signal is ours then
};

/// For the record: how a server of this arm ended, as far as its exit status tells. The rest (when, its last
/// lines) is left for the caller.
inline record::ServerEnd server_end(record::Arm arm, const ExitStatus& status) {
  record::ServerEnd end;
  end.arm = arm;
  end.exit_code = status.code;
  end.signal = status.signal;
  end.guard_lost = status.guard_lost;
  end.excess = status.excess;
  return end;
}

/// One worker process and the two pipes to it. One thread.
class WorkerChannel {
 public:
  virtual ~WorkerChannel() = default;
  virtual std::uint32_t client() const = 0;
  virtual int pid() const = 0;
  /// Writes one line. Errors: closed (the worker is gone), deadline.
  virtual protocol::Result<void> send_line(std::string_view line, const protocol::Deadline& deadline) = 0;
  /// Next whole line that has already arrived or arrives by the deadline; without its line end. A line above
  /// 64 KiB is malformed. Errors: closed (end of output), deadline.
  virtual protocol::Result<std::string> receive_line(const protocol::Deadline& deadline) = 0;
  /// True if the worker was found stopped by a signal (its child may send one); it goes on then.
  virtual bool was_stopped() { return false; }
  virtual void close_input() = 0;        ///< tells the worker to end
  virtual std::string last_words() = 0;  ///< tail of its standard error, at most 4 KiB
};

/// Where the resources of a process tree are counted; what cannot be had is empty.
struct ProcessTree {
  std::optional<int> top;  ///< the process that was started, or that the user named
  std::optional<int>
      guard;  ///< its parent, to whom its orphans go: everything below is the tree, it is not itself
  std::string cgroup_v2;          ///< folder with cpu.stat
  std::string cgroup_v1_cpuacct;  ///< folder with cpuacct.usage
};

/// What a server printed, on both streams together.
struct Printed {
  std::uint64_t bytes = 0;
  std::uint64_t bytes_dropped = 0;  ///< of them, beyond what ServerSpec::output_max_bytes keeps
};

/// So many of a server's last lines are kept with how it ended.
inline constexpr std::size_t last_lines_max = 32;

/// The server under test while it runs. `attached` servers have a pid only if the user gave one.
class ServerHandle {
 public:
  virtual ~ServerHandle() = default;
  virtual const protocol::Endpoint& endpoint() const = 0;
  virtual const std::string& root() const = 0;    ///< folder that it serves, ours; empty when attached
  virtual std::optional<int> pid() const = 0;     ///< top of its process tree
  virtual const std::string& cgroup() const = 0;  ///< its cgroup v2 folder, or empty
  /// What a probe of its resources goes by.
  virtual ProcessTree tree() const { return {pid(), std::nullopt, cgroup(), {}}; }
  /// True once the process that was started has ended while its descendants serve on: it went into the
  /// background.
  virtual bool daemonised() { return false; }
  virtual std::optional<ExitStatus> exited() = 0;  ///< non-blocking
  /// SIGTERM, wait, SIGKILL for the whole tree; idempotent. Returns how it ended.
  struct Ending {
    ExitStatus status;
    std::optional<double> took_s;
    bool killed = false;
    bool by_itself = false;  ///< it had ended before it was asked to
    std::size_t left = 0;    ///< killed: processes that it had started, when it had ended itself
  };
  virtual Ending stop() = 0;
  virtual std::vector<std::string> last_lines(std::size_t max) = 0;
  virtual Printed printed() { return {}; }  ///< nothing where it cannot be seen
  /// First whole line on its standard output so far (clause 6.4); nothing while there is none, or where it
  /// cannot be seen.
  virtual std::optional<std::string> first_line() { return std::nullopt; }
};

/// A further server of a run, beside the one under test.
struct ArmServer {
  record::Arm arm = record::Arm::control;
  std::unique_ptr<ServerHandle> server;
  std::string dialect{};  ///< that it speaks
};

/// What launch hands to drive: everything runs, nothing has been transferred. Destroying it stops and reaps
/// everything.
struct Session {
  std::unique_ptr<ServerHandle> server;
  std::vector<ArmServer> companions;  ///< each under a guard of its own
  std::vector<std::unique_ptr<WorkerChannel>> workers;
  std::vector<protocol::ExternalClient>
      external_clients;  ///< for the workers' jobs; the one under test first
};

}  // namespace bftp::launch
