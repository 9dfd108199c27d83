#include "client_under_test/worker/external/program_runner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "client_under_test/worker/clock.hpp"
#include "client_under_test/worker/external/folder_use.hpp"
#include "client_under_test/worker/external/process_memory.hpp"
#include "processes/spawn_child.hpp"
#include "processes/tree_killer.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::client::worker {

using protocol::Deadline;
using protocol::UniqueFd;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t ns_per_ms = 1'000'000;
/// A look at /proc and at the folder costs about a millisecond: at most so often.
constexpr std::int64_t watch_interval_ns = 100 * ns_per_ms;
/// Memory is one small file, and short-lived programs want a look early.
constexpr std::int64_t memory_interval_ns = 10 * ns_per_ms;
/// So long may a helper of the program take to follow it.
constexpr auto grace = 200ms;
constexpr auto kill_patience = 10s;

std::int64_t to_ns(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_usec} * 1000;
}

/// What a program printed: all of it is read, the end of it is kept.
class OutputTail {
 public:
  explicit OutputTail(UniqueFd pipe) : pipe_(std::move(pipe)) {}

  int fd() const { return pipe_.get(); }
  /// Reads what is there, at most 1 MiB of it, so that a program that prints without end cannot keep us from
  /// looking at the clock.
  void drain(ProgramEnd& end) {
    std::array<char, 65'536> chunk{};
    for (int n = 0; n < 16 && pipe_; ++n) {
      const ssize_t got = ::read(pipe_.get(), chunk.data(), chunk.size());
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (got <= 0) return pipe_.reset();
      end.output_bytes += static_cast<std::uint64_t>(got);
      end.output_end.append(chunk.data(), static_cast<std::size_t>(got));
      if (end.output_end.size() > ProgramEnd::output_kept_bytes)
        end.output_end.erase(0, end.output_end.size() - ProgramEnd::output_kept_bytes);
    }
  }

 private:
  UniqueFd pipe_;
};

/// One program and all that descends from it, from its start to the last of them.
class Run final : public processes::TreeSystem {
 public:
  explicit Run(const ProgramOrder& order) : order_(order) {}

  ProgramEnd run() {
    if (!start()) return std::move(end_);
    watch();
    if (end_.killed == Killed::no) wait_for_helpers();
    kill_rest();
    output_->drain(end_);
    finish_memory();
    return std::move(end_);
  }

  std::vector<processes::ProcessEntry> descendants() override {
    return processes::descendants_of(::getpid());
  }
  void signal(int pid, int number) override { ::kill(pid, number); }
  void kill_cgroups() override {}
  bool reap() override {
    while (true) {
      int status = 0;
      rusage usage{};
      const int pid = ::wait4(-1, &status, WNOHANG, &usage);
      if (pid < 0) return errno != ECHILD;
      if (pid == 0) return true;
      end_.cpu_ns += to_ns(usage.ru_utime) + to_ns(usage.ru_stime);
      if (pid == pid_) note_end(status, usage);
    }
  }
  void pause() override { ::poll(nullptr, 0, 3); }

 private:
  bool start() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return fail("making a pipe", errno);
    output_.emplace(UniqueFd(ends[0]));
    const UniqueFd writing(ends[1]);
    ::fcntl(writing.get(), F_SETFL, 0);
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    processes::Spawn spawn;
    spawn.file = order_.file;
    spawn.folder = order_.folder;
    spawn.limits = {order_.file_bytes_max, order_.memory_bytes_max};
    spawn.argv = order_.argv;
    spawn.environment = order_.environment;
    end_.started_ns = now_ns();
    const auto result = processes::spawn_child(spawn, {null.get(), writing.get(), writing.get()}, {});
    if (const auto* failed = std::get_if<processes::SpawnFailed>(&result))
      return fail("starting " + order_.file, failed->error);
    pid_ = std::get<processes::Spawned>(result).pid;
    pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!pidfd_) {
      kill_rest();
      return fail("watching the program", errno);
    }
    return true;
  }

  bool fail(const std::string& what, int error) {
    end_.not_started = fmt::format("{}: {}", what, std::strerror(error));
    return false;
  }

  /// Until the program has ended, or has gone beyond a bound.
  void watch() {
    const std::int64_t deadline_ns = end_.started_ns + order_.time_ns_max;
    std::int64_t next_watch_ns = end_.started_ns + watch_interval_ns;
    while (true) {
      const std::int64_t now = now_ns();
      if (now >= deadline_ns) return give_up(Killed::deadline);
      const auto wait_ns = std::min(deadline_ns - now, memory_interval_ns);
      std::array<pollfd, 2> entries{pollfd{pidfd_.get(), POLLIN, 0}, pollfd{output_->fd(), POLLIN, 0}};
      ::poll(entries.data(), entries.size(), static_cast<int>((wait_ns + ns_per_ms - 1) / ns_per_ms));
      if (entries[0].revents != 0) {
        end_.ended_ns = now_ns();
        return;
      }
      if (entries[1].revents != 0) output_->drain(end_);
      sampled_ = std::max(sampled_, rss_peak_of(pid_).value_or(0));
      if (now < next_watch_ns) continue;
      next_watch_ns = now + watch_interval_ns;
      if (descendants().size() > order_.processes_max) return give_up(Killed::processes);
      if (folder_bytes(order_.folder) > 2 * order_.file_bytes_max) return give_up(Killed::disk);
    }
  }

  void give_up(Killed why) {
    end_.killed = why;
    end_.ended_ns = now_ns();
  }

  /// A helper that ends by itself right after the program is nothing that was left behind.
  void wait_for_helpers() {
    const auto until = Deadline::after(grace);
    while (reap() && !until.expired()) {
      output_->drain(end_);
      pause();
    }
  }

  void kill_rest() {
    if (!reap()) return;
    if (end_.killed == Killed::no) {
      const auto alive = descendants();
      end_.processes_left = static_cast<std::uint32_t>(
          std::count_if(alive.begin(), alive.end(), [](const auto& entry) { return !entry.zombie; }));
    }
    processes::kill_tree(*this, Deadline::after(kill_patience));
  }

  void note_end(int status, const rusage& usage) {
    if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
    waited_rss_bytes_ = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  }

  /// ru_maxrss survives exec: the child of a process of 10 MiB reports 10 MiB whatever it does. Above our own
  /// peak it is the program's own; below, only what /proc said while it lived counts.
  void finish_memory() {
    rusage own{};
    ::getrusage(RUSAGE_SELF, &own);
    const auto floor_bytes = static_cast<std::uint64_t>(own.ru_maxrss) * 1024;
    if (waited_rss_bytes_ > floor_bytes)
      end_.rss_peak_bytes = waited_rss_bytes_;
    else if (sampled_ > 0)
      end_.rss_peak_bytes = sampled_;
  }

  const ProgramOrder& order_;
  ProgramEnd end_;
  int pid_ = -1;
  UniqueFd pidfd_;
  std::optional<OutputTail> output_;
  std::uint64_t sampled_ = 0;  ///< bytes, by /proc
  std::uint64_t waited_rss_bytes_ = 0;
};

class RealRunner final : public ProgramRunner {
 public:
  RealRunner() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ProgramEnd run(const ProgramOrder& order) override { return Run(order).run(); }
};

}  // namespace

std::unique_ptr<ProgramRunner> make_program_runner() {
  return std::make_unique<RealRunner>();
}

}  // namespace bftp::client::worker
