#include "processes/spawn_child.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
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

#include "protocol/unique_fd.hpp"

namespace bftp::processes {
namespace {

using protocol::UniqueFd;

struct Failure {
  SpawnStep step;
  int error;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

void write_once(const char* path, const char* text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  // A cgroup that refuses us costs only precision: the guard finds every descendant without it.
  [[maybe_unused]] const ssize_t written = ::write(file, text, std::strlen(text));
  ::close(file);
}

void limit(__rlimit_resource_t resource, std::uint64_t value) {
  const rlimit both{value, value};
  ::setrlimit(resource, &both);
}

void apply_limits(const Limits& limits) {
  limit(RLIMIT_CORE, 0);
  if (limits.file_bytes_max > 0) limit(RLIMIT_FSIZE, limits.file_bytes_max);
  if (limits.memory_bytes_max > 0) limit(RLIMIT_AS, limits.memory_bytes_max);
  rlimit files{};
  if (limits.descriptors_max > 0 && ::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min<rlim_t>(limits.descriptors_max, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

void pin(const std::vector<int>& cpus) {
  if (cpus.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus)
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET(static_cast<std::size_t>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

/// Ignored signals survive exec: a server that inherits SIG_IGN for SIGPIPE or SIGCHLD behaves unlike at a
/// shell.
void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The descriptors that came over the socket may be 0, 1 or 2 themselves, so they are moved out of the way
/// first.
bool place_descriptors(const std::vector<int>& descriptors) {
  std::array<int, 3> moved{};
  for (std::size_t i = 0; i < moved.size(); ++i) {
    moved[i] = ::fcntl(descriptors[i], F_DUPFD_CLOEXEC, 3);
    if (moved[i] < 0) return false;
  }
  for (std::size_t i = 0; i < moved.size(); ++i)
    if (::dup2(moved[i], static_cast<int>(i)) < 0) return false;
  // Marks rather than closes: the pipe that reports a failed exec has to stay. Every other descriptor of the
  // parent is close-on-exec already, which is what kernels before 5.11 have to rely on.
  ::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
  return true;
}

[[noreturn]] void run_child(const Spawn& spawn, const std::vector<int>& descriptors,
                            const std::vector<std::string>& cgroup_procs_files, int report, int parent,
                            char* const* argv, char* const* environment) {
  const auto fail = [report](SpawnStep step) {
    const Failure failure{step, errno};
    [[maybe_unused]] const ssize_t written = ::write(report, &failure, sizeof failure);
    ::_exit(127);
  };
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  for (const auto& file : cgroup_procs_files) write_once(file.c_str(), "0");
  write_once("/proc/self/oom_score_adj",
             "500");  // a server that eats all memory goes before the harness does
  pin(spawn.cpus);
  if (!place_descriptors(descriptors)) fail(SpawnStep::descriptors);
  if (::chdir(spawn.folder.c_str()) != 0) fail(SpawnStep::folder);
  apply_limits(spawn.limits);
  reset_signals();
  ::execve(spawn.file.c_str(), argv, environment);
  fail(SpawnStep::exec);
  ::_exit(127);
}

bool read_failure(int pipe, Failure& into) {
  ssize_t size = -1;
  do {
    size = ::read(pipe, &into, sizeof into);
  } while (size < 0 && errno == EINTR);
  return size == static_cast<ssize_t>(sizeof into);
}

}  // namespace

std::variant<Spawned, SpawnFailed> spawn_child(const Spawn& spawn, const std::vector<int>& descriptors,
                                               const std::vector<std::string>& cgroup_procs_files) {
  if (descriptors.size() != 3 || spawn.argv.empty())
    return SpawnFailed{spawn.id, SpawnStep::descriptors, EINVAL};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return SpawnFailed{spawn.id, SpawnStep::descriptors, errno};
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const auto argv = pointers(spawn.argv);
  const auto environment = pointers(spawn.environment);
  const int parent = ::getpid();
  const int pid = ::fork();
  if (pid < 0) return SpawnFailed{spawn.id, SpawnStep::fork, errno};
  if (pid == 0)
    run_child(spawn, descriptors, cgroup_procs_files, writing.get(), parent, argv.data(), environment.data());
  writing.reset();
  ::setpgid(pid, pid);  // on both sides of the fork: whoever comes first
  Failure failure{};
  if (!read_failure(reading.get(), failure)) return Spawned{spawn.id, pid};
  ::waitpid(pid, nullptr, 0);
  return SpawnFailed{spawn.id, failure.step, failure.error};
}

}  // namespace bftp::processes
