#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <mutex>

#include "harness/launch/guard/cgroups.hpp"
#include "harness/launch/guard/packet_socket.hpp"
#include "harness/launch/guard_spawn.hpp"
#include "harness/launch/processes.hpp"
#include "processes/proc_tree.hpp"

namespace bftp::launch {
namespace {

using protocol::Deadline;
using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using protocol::UniqueFd;
using namespace std::chrono_literals;

constexpr auto answer_timeout = 30s;

/// The harness's side of a guard's socket. Every call takes the lock: it may come from the driver or from a
/// destructor.
class GuardedProcesses final : public Processes {
 public:
  GuardedProcesses(int guard_pid, UniqueFd socket, const GuardSettings& settings)
      : guard_pid_(guard_pid), socket_(std::move(socket)), settings_(settings) {}

  ~GuardedProcesses() override {
    const std::scoped_lock lock(mutex_);
    socket_.reset();  // the guard kills its tree and ends
    let_guard_run();
    if (!reap_guard(Deadline::after(12s))) kill_by_cgroups();
    orphaned_cgroups_.remove();
  }
  GuardedProcesses(const GuardedProcesses&) = delete;
  GuardedProcesses& operator=(const GuardedProcesses&) = delete;

  Result<void> receive_hello() {
    const std::scoped_lock lock(mutex_);
    return receive_until([this] { return hello_.has_value(); }, Deadline::after(answer_timeout));
  }

  boost::system::result<int, SpawnProblem> spawn(const SpawnRequest& request) override {
    const std::scoped_lock lock(mutex_);
    const auto id = next_id_++;
    const guard::Spawn message{id,           request.file,       request.folder, request.cpus, request.limits,
                               request.argv, request.environment};
    const std::array<int, 3> descriptors{request.standard_input, request.standard_output,
                                         request.standard_error};
    const auto deadline = Deadline::after(answer_timeout);
    auto done = guard::send_packet(socket_.get(), message, descriptors, deadline);
    if (done) done = receive_until([this, id] { return spawned_.contains(id); }, deadline);
    if (!done) return SpawnProblem{guard::SpawnStep::fork, 0, done.error().message};
    const auto answer = spawned_.extract(id).mapped();
    if (const auto* failed = std::get_if<guard::SpawnFailed>(&answer))
      return SpawnProblem{failed->step, failed->error, {}};
    return std::get<guard::Spawned>(answer).pid;
  }

  std::optional<ExitStatus> exited(int pid) override { return wait(pid, Deadline::after(0ms)); }

  /// In short turns, so that one thread's wait keeps no other from the guard.
  std::optional<ExitStatus> wait(int pid, const Deadline& deadline) override {
    while (true) {
      const std::scoped_lock lock(mutex_);
      const auto turn = std::min(deadline.when(), protocol::Clock::now() + 20ms);
      const auto received = receive_until([this, pid] { return ended_.contains(pid); }, Deadline::at(turn));
      if (const auto found = ended_.find(pid); found != ended_.end()) {
        ExitStatus status = found->second;
        status.excess = excess_;
        return status;
      }
      if (!received && received.error().kind != ErrorKind::deadline) return guard_lost();
      if (deadline.expired()) return std::nullopt;
    }
  }

  void signal(int pid, int number) override { send(guard::Signal{pid, number}); }
  void signal_all(int number) override { send(guard::Signal{0, number}); }

  /// Reading /proc takes a while, and one whose parent ends meanwhile seems to hang on nobody: "nobody is
  /// left" has to be seen several times in a row.
  std::vector<int> list() override {
    constexpr int looks = 3;
    std::vector<int> alive;
    for (int look = 0; look < looks && alive.empty(); ++look)
      for (const auto& entry : processes::descendants_of(guard_pid_))
        if (!entry.zombie) alive.push_back(entry.pid);
    return alive;
  }

  bool kill_all(const Deadline& deadline) override {
    const std::scoped_lock lock(mutex_);
    const auto limit = std::clamp<protocol::Clock::duration>(deadline.remaining(), 100ms, 60s);
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    killed_.reset();
    let_guard_run();
    const guard::KillAll message{static_cast<std::uint32_t>(milliseconds)};
    const auto answer_by = Deadline::after(limit + 2s);
    const bool answered = guard::send_packet(socket_.get(), message, {}, answer_by) &&
                          receive_until([this] { return killed_.has_value(); }, answer_by);
    if (answered) return *killed_ == 0;
    kill_by_cgroups();
    return false;
  }

  ProcessTree tree() const override {
    return {std::nullopt, guard_pid_, hello_ ? hello_->cgroup_v2 : "",
            hello_ ? hello_->cgroup_v1_cpuacct : ""};
  }

 private:
  void send(const guard::Message& message) {
    const std::scoped_lock lock(mutex_);
    // A guard that is gone has taken its tree with it; then there is nobody left to signal.
    [[maybe_unused]] const auto sent =
        guard::send_packet(socket_.get(), message, {}, Deadline::after(answer_timeout));
  }

  template <class Done>
  Result<void> receive_until(Done done, const Deadline& deadline) {
    while (!done()) {
      const auto turn = std::min(deadline.when(), protocol::Clock::now() + 1s);
      auto packet = guard::receive_packet(socket_.get(), Deadline::at(turn));
      if (packet) {
        note(packet->message);
      } else if (packet.error().kind == ErrorKind::deadline && !deadline.expired()) {
        let_guard_run();
      } else {
        return packet.error();
      }
    }
    return {};
  }

  void note(const guard::Message& message) {
    if (const auto* hello = std::get_if<guard::Hello>(&message)) hello_ = *hello;
    if (const auto* spawned = std::get_if<guard::Spawned>(&message)) spawned_[spawned->id] = *spawned;
    if (const auto* failed = std::get_if<guard::SpawnFailed>(&message)) spawned_[failed->id] = *failed;
    if (const auto* killed = std::get_if<guard::Killed>(&message)) killed_ = killed->remaining;
    if (const auto* excess = std::get_if<guard::TreeExcess>(&message)) note_excess(*excess);
    if (const auto* ended = std::get_if<guard::Ended>(&message)) {
      ExitStatus status;
      if (ended->code >= 0) status.code = ended->code;
      if (ended->signal >= 0) status.signal = ended->signal;
      ended_[ended->pid] = status;
    }
  }

  void note_excess(const guard::TreeExcess& excess) {
    if (excess.memory_bytes > 0)
      excess_ = {record::Bounded::memory, excess.memory_bytes, settings_.memory_max_bytes};
    else
      excess_ = {record::Bounded::processes, excess.processes, settings_.processes_max};
  }

  /// Somebody killed the guard. Its children got SIGKILL from the kernel (PR_SET_PDEATHSIG); the cgroup takes
  /// the rest. How the child itself would have ended is not known.
  ExitStatus guard_lost() {
    kill_by_cgroups();
    return ExitStatus{std::nullopt, std::nullopt, true};
  }

  /// Everybody that the guard was to look after, without its help.
  void kill_by_cgroups() {
    orphaned_cgroups_ =
        hello_ ? guard::Cgroups(hello_->cgroup_v2, hello_->cgroup_v1_cpuacct, hello_->cgroup_v1_pids)
               : guard::Cgroups();
    orphaned_cgroups_.kill();
  }

  /// What it guards may have stopped it by a signal.
  void let_guard_run() const { ::kill(guard_pid_, SIGCONT); }

  /// False unless it ended of its own accord, after its tree: it may have been stopped or killed by what it
  /// guards.
  bool reap_guard(const Deadline& deadline) {
    int status = 0;
    while (::waitpid(guard_pid_, &status, WNOHANG) == 0) {
      if (deadline.expired()) {
        ::kill(guard_pid_, SIGKILL);
        ::waitpid(guard_pid_, &status, 0);
        return false;
      }
      ::usleep(500);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  int guard_pid_;
  UniqueFd socket_;
  GuardSettings settings_;
  std::mutex mutex_;
  std::uint32_t next_id_ = 1;
  std::optional<guard::Hello> hello_;
  std::map<std::uint32_t, std::variant<guard::Spawned, guard::SpawnFailed>> spawned_;
  std::map<int, ExitStatus> ended_;
  std::optional<std::uint32_t> killed_;
  std::optional<record::Excess> excess_;
  guard::Cgroups orphaned_cgroups_;  ///< none while the guard lives
};

}  // namespace

void throw_exception_from_error(const SpawnProblem& problem, const boost::source_location& where) {
  protocol::throw_exception_from_error(Error{ErrorKind::system, problem.message, problem.error}, where);
}

Result<std::unique_ptr<Processes>> start_guard(const GuardSettings& settings) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return protocol::system_error("making a socket pair");
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  std::vector<std::string> arguments{"--control",       std::to_string(theirs.get()),
                                     "--processes-max", std::to_string(settings.processes_max),
                                     "--memory-max",    std::to_string(settings.memory_max_bytes)};
  if (settings.use_cgroups) {
    arguments.emplace_back("--cgroup");
    arguments.push_back("bftp-" + settings.name);
  }
  const auto pid = spawn_guard(settings.guard_path, arguments, theirs.get());
  if (!pid) return pid.error();
  theirs.reset();
  auto processes = std::make_unique<GuardedProcesses>(*pid, std::move(ours), settings);
  if (auto hello = processes->receive_hello(); !hello) {
    Error error = hello.error();
    error.message = "'" + settings.guard_path + "' started but did not answer: " + error.message;
    return error;
  }
  return std::unique_ptr<Processes>(std::move(processes));
}

}  // namespace bftp::launch
