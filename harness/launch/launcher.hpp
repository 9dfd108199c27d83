#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/launch_system.hpp"
#include "harness/launch/session.hpp"
#include "harness/record/transfer_record.hpp"

namespace bftp::launch {

struct LaunchOptions {
  std::string root;        ///< folder that the server serves: {root}. Made by the caller
  std::string run_folder;  ///< takes server.out and server.err; for other arms control.out, control_b.out, …
  /// Our own executables; an empty path is looked up by find_helper().
  std::string guard_path, worker_path, server_path;
  record::Arm arm = record::Arm::server;
  /// Where the server is to listen: {host} and {port}. Port 0: a free one is chosen, and another if it gets
  /// taken.
  protocol::Endpoint listen_on;
  /// The command gets port 0, so that the server takes any free one (clause 6.4), which may be any.
  bool asks_for_any_port = false;
  /// Working folder of server and workers, so that `python3 server.py` finds its file. Empty: ours, where the
  /// user is.
  std::string folder;
  bool inherit_environment = false;            ///< else a small clean one, see make_environment()
  std::vector<std::string> extra_environment;  ///< "NAME=value"
  /// The server's TMPDIR (and TMP and TEMP), made if it is not there, for its owner alone. What lies in it
  /// when the server has ended is the caller's. Empty: as it is for us.
  std::string temporary_folder;
  std::vector<int> server_cpus, worker_cpus;  ///< processors to run on; empty: all
  Limits server_limits;
  std::string client_scratch_folder;  ///< where external clients work, a folder for each transfer
  unsigned worker_processes_max =
      0;  ///< of all workers and their clients, where a pids cgroup can be had; 0: no bound
  /// server.out and server.err go on where the server before ended, instead of being made anew.
  bool appends_output = false;
  unsigned processes_max = 4096;  ///< of the server's tree, where a pids cgroup can be had
  bool use_cgroups = true;
  int port_attempts = 5;  ///< ports tried when each gets taken by somebody else
  /// How long a server may listen on another port than its own before that is taken for a mistake.
  double elsewhere_patience_s = 5;
  /// Once true nothing is waited for long: a start is given up, and a server has hurried_stop to end.
  /// Outlives what is launched; null: never.
  const std::atomic<bool>* hurry = nullptr;
};

/// From SIGTERM to SIGKILL for a server while LaunchOptions::hurry is set.
inline constexpr std::chrono::milliseconds hurried_stop{500};

/// Starts the server under test of `plan` and its workers and waits until the server's port is ready.
/// Errors are the world's fault (exit code 3), with a message fit for a person that quotes the server's last
/// lines.
protocol::Result<Session> launch(const plan::Plan& plan, const LaunchOptions& options);

/// One server alone: the further arms of a run, a restart. Attaches if the spec says so.
protocol::Result<std::unique_ptr<ServerHandle>> launch_server(const plan::ServerSpec& spec,
                                                              const LaunchOptions& options,
                                                              std::shared_ptr<LaunchSystem> system = nullptr);

/// Of a process that the user named as an attached server's: what speaks against it. Nothing where it, or a
/// descendant, holds a socket that listens there, or where that cannot be told.
std::optional<std::string> doubt_about_pid(const plan::ServerSpec& spec,
                                           std::shared_ptr<LaunchSystem> system = nullptr);

/// `count` workers alone: they serve any number of servers. `argv` is what each is started with.
protocol::Result<std::vector<std::unique_ptr<WorkerChannel>>> launch_workers(
    std::uint32_t count, const std::vector<std::string>& argv, const LaunchOptions& options,
    std::shared_ptr<LaunchSystem> system = nullptr);

/// Absolute path of one of our own executables (bftp-guard, bftp-worker, bftpd): beside the running one, in
/// libexec of the same prefix, or where a build tree has it. Errors: not_found, with the folders searched.
protocol::Result<std::string> find_helper(const std::string& name);

}  // namespace bftp::launch
