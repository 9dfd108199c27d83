#include "harness/launch/guard/guard_loop.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <unordered_set>

#include "harness/launch/guard/cgroups.hpp"
#include "harness/launch/guard/packet_socket.hpp"
#include "harness/launch/guard/tree_watch.hpp"
#include "processes/spawn_child.hpp"
#include "processes/tree_killer.hpp"

namespace bftp::launch::guard {
namespace {

using processes::ProcessEntry;
using protocol::Deadline;
using protocol::UniqueFd;
using namespace std::chrono_literals;

/// Nothing at a terminal and no polite signal ends a guard; only the end of its socket does.
UniqueFd ignore_signals() {
  for (const int number :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2})
    std::signal(number, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  return UniqueFd(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Guard final : public processes::TreeSystem {
 public:
  explicit Guard(GuardOptions options)
      : control_(std::move(options.control)),
        child_ended_(ignore_signals()),
        cgroups_(options.cgroup_name.empty()
                     ? Cgroups{}
                     : Cgroups::make(options.cgroup_name, options.bounds.processes_max)),
        watch_(options.bounds, cgroups_) {
    outbox_.push_back(
        Hello{cgroups_.v2(), cgroups_.cpuacct(), cgroups_.pids(), cgroups_.processes_limited()});
  }

  int run() {
    while (!harness_gone_) {
      send_outbox();
      wait();
      reap();
      handle_requests();
      keep_within_bounds();
    }
    const std::size_t left = kill_tree(*this, Deadline::after(10s));
    cgroups_.remove();
    return left == 0 ? 0 : 1;
  }

  std::vector<ProcessEntry> descendants() override { return processes::descendants_of(::getpid()); }
  void signal(int pid, int number) override { ::kill(pid, number); }
  void kill_cgroups() override { cgroups_.kill(); }

  /// Orphans come to us as their subreaper and are waited for too; only our own children are news for the
  /// harness.
  bool reap() override {
    int status = 0;
    while (true) {
      const int pid = ::waitpid(-1, &status, WNOHANG);
      if (pid < 0) return errno != ECHILD;
      if (pid == 0) return true;
      if (children_.erase(pid) == 0) continue;
      outbox_.push_back(Ended{pid, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                              WIFSIGNALED(status) ? WTERMSIG(status) : -1});
    }
  }

  void pause() override {
    pollfd entry{child_ended_.get(), POLLIN, 0};
    ::poll(&entry, 1, 3);
    drain_signals();
  }

 private:
  void drain_signals() {
    signalfd_siginfo info{};
    while (::read(child_ended_.get(), &info, sizeof info) > 0) {
    }
  }

  void wait() {
    const short events = outbox_.empty() ? POLLIN : POLLIN | POLLOUT;
    std::array<pollfd, 2> entries{pollfd{control_.get(), events, 0}, pollfd{child_ended_.get(), POLLIN, 0}};
    ::poll(entries.data(), entries.size(), watch_.patience_ms());
    drain_signals();
  }

  /// What is told first explains the ends that follow.
  void keep_within_bounds() {
    const auto excess = watch_.look();
    if (!excess) return;
    outbox_.push_back(*excess);
    kill_tree(*this, Deadline::after(10s));
  }

  /// Never waits: a harness that does not read is no reason to leave children unreaped.
  void send_outbox() {
    while (!outbox_.empty()) {
      const auto sent = send_packet(control_.get(), outbox_.front(), {}, Deadline::after(0ms));
      if (!sent && sent.error().kind == protocol::ErrorKind::deadline) return;
      if (!sent) harness_gone_ = true;
      outbox_.pop_front();
    }
  }

  void handle_requests() {
    while (!harness_gone_) {
      auto packet = receive_packet(control_.get(), Deadline::after(0ms));
      if (!packet) {
        harness_gone_ = harness_gone_ || packet.error().kind != protocol::ErrorKind::deadline;
        return;
      }
      handle(*packet);
    }
  }

  void handle(const Packet& packet) {
    if (const auto* spawn = std::get_if<Spawn>(&packet.message)) {
      start(*spawn, packet.descriptors);
    } else if (const auto* request = std::get_if<Signal>(&packet.message)) {
      pass_on(*request);
    } else if (const auto* kill = std::get_if<KillAll>(&packet.message)) {
      const auto left = kill_tree(*this, Deadline::after(std::chrono::milliseconds(kill->deadline_ms)));
      outbox_.push_back(Killed{static_cast<std::uint32_t>(left)});
    }
  }

  void start(const Spawn& spawn, const std::vector<UniqueFd>& descriptors) {
    std::vector<int> numbers;
    for (const auto& descriptor : descriptors) numbers.push_back(descriptor.get());
    const auto result = spawn_child(spawn, numbers, cgroups_.procs_files());
    if (const auto* spawned = std::get_if<Spawned>(&result)) {
      children_.insert(spawned->pid);
      outbox_.push_back(*spawned);
    } else {
      outbox_.push_back(std::get<SpawnFailed>(result));
    }
  }

  /// A pid is signalled only while it is a child not yet waited for, so it cannot have been given to a
  /// stranger.
  void pass_on(const Signal& request) {
    if (request.pid != 0) {
      if (children_.contains(request.pid)) ::kill(request.pid, request.signal);
      return;
    }
    for (const auto& entry : descendants())
      if (!entry.zombie) ::kill(entry.pid, request.signal);
  }

  UniqueFd control_;
  UniqueFd child_ended_;
  Cgroups cgroups_;
  TreeWatch watch_;
  std::unordered_set<int> children_;
  std::deque<Message> outbox_;
  bool harness_gone_ = false;
};

}  // namespace

int run_guard(GuardOptions options) {
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  return Guard(std::move(options)).run();
}

}  // namespace bftp::launch::guard
