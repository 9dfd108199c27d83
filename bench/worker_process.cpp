#include "bench/worker_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string_view>

namespace bftp::bench {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

[[noreturn]] void give_up(const std::string& what) {
  std::perror(what.c_str());
  std::exit(3);
}

/// Starts a program with the given descriptors as its standard input and output.
int start(const std::vector<std::string>& arguments, int processor, int in, int out) {
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv;
  for (auto& copy : copies) argv.push_back(copy.data());
  argv.push_back(nullptr);
  const int pid = ::fork();
  if (pid < 0) give_up("fork");
  if (pid > 0) return pid;
  pin(processor);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::execvp(argv[0], argv.data());
  std::perror(argv[0]);
  ::_exit(127);
}

struct Pipe {
  protocol::UniqueFd read;
  protocol::UniqueFd write;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) give_up("pipe2");
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
};

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0) give_up("writing to a child");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

double reap(int pid) {
  int status = 0;
  rusage usage{};
  ::wait4(pid, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "a program failed with wait status %d\n", status);
    std::exit(3);
  }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  const long count = ::sysconf(_SC_NPROCESSORS_CONF);
  for (int i = 0; i < count; ++i) {
    if (processor < 0 || i == processor) CPU_SET(static_cast<std::size_t>(i), &set);
  }
  ::sched_setaffinity(0, sizeof set, &set);
}

Child::Child(std::vector<std::string> arguments, int processor) {
  Pipe in;
  Pipe out;
  pid_ = start(arguments, processor, in.read.get(), out.write.get());
  in_ = std::move(in.write);
  out_ = std::move(out.read);
}

Child::~Child() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

double Child::cpu_s() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
    give_up("a child's CPU clock");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

Cost Child::ask(const std::string& line, std::uint64_t answer_lines) {
  const double cpu_before = cpu_s();
  const auto from = now_ns();
  write_line(line);
  char chunk[65536];
  while (answer_lines > 0) {
    const ssize_t count = ::read(out_.get(), chunk, sizeof chunk);
    if (count <= 0) give_up("a child ended");
    answer_lines -= static_cast<std::uint64_t>(std::count(chunk, chunk + count, '\n'));
  }
  return {static_cast<double>(now_ns() - from) / 1e9, cpu_s() - cpu_before};
}

void Child::write_line(const std::string& line) {
  write_all(in_.get(), line + "\n");
}

std::string Child::read_line() {
  while (true) {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    char chunk[4096];
    const ssize_t count = ::read(out_.get(), chunk, sizeof chunk);
    if (count <= 0) give_up("a child ended");
    buffer_.append(chunk, static_cast<std::size_t>(count));
  }
}

long Child::memory_kib(const std::string& field) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::atol(line.c_str() + field.size() + 1);
  }
  return 0;
}

Cost run(const std::vector<std::string>& arguments, int processor, const std::string& input) {
  Pipe in;
  const protocol::UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const auto from = now_ns();
  const int pid = start(arguments, processor, in.read.get(), nowhere.get());
  write_all(in.write.get(), input);
  in.write.reset();
  const double cpu_s = reap(pid);
  return {static_cast<double>(now_ns() - from) / 1e9, cpu_s};
}

Cost run_all(const std::vector<std::vector<std::string>>& programs, int processor) {
  const protocol::UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto from = now_ns();
  std::vector<int> pids;
  for (const auto& program : programs)
    pids.push_back(start(program, processor, nowhere.get(), nowhere.get()));
  Cost cost;
  for (const int pid : pids) cost.cpu_s += reap(pid);
  cost.wall_s = static_cast<double>(now_ns() - from) / 1e9;
  return cost;
}

}  // namespace bftp::bench
