#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/unique_fd.hpp"

/// Child processes of the worker's benchmark: pinned, driven through pipes, charged for their CPU time.
namespace bftp::bench {

std::int64_t now_ns();

/// Pins this thread, and what it starts from then on, to one processor, or to all with -1.
void pin(int processor);

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;
};

/// A process that lives through many blocks. Killed and reaped when it goes out of scope.
class Child {
 public:
  /// `processor` as for pin(). Standard input and output are pipes; standard error is ours. Exits when it
  /// cannot start.
  Child(std::vector<std::string> arguments, int processor);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Writes `line` with an end, then waits for so many lines of answer. What that took.
  Cost ask(const std::string& line, std::uint64_t answer_lines);
  void write_line(const std::string& line);
  std::string read_line();
  int pid() const { return pid_; }
  /// From /proc/PID/status, in KiB: "VmHWM", "VmRSS".
  long memory_kib(const std::string& field) const;

 private:
  double cpu_s() const;

  int pid_ = -1;
  protocol::UniqueFd in_;
  protocol::UniqueFd out_;
  std::string buffer_;
};

/// Runs a program from start to end with `input` on its standard input and its output dropped; exits when it
/// fails. Several at once with run_all().
Cost run(const std::vector<std::string>& arguments, int processor, const std::string& input = {});
Cost run_all(const std::vector<std::vector<std::string>>& programs, int processor);

}  // namespace bftp::bench
