#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/temporary_folder.hpp"

/// Runs the real executables as a user would.
namespace bftp::end_to_end {

struct Outcome {
  int code = -1;   ///< exit code
  int signal = 0;  ///< that ended it, 0 if none
  std::string out;
  std::string err;
};

/// One program under way, in a process group of its own. Its output goes to files in a temporary folder.
class Program {
 public:
  Program(const std::vector<std::string>& argv, const std::string& folder);
  ~Program();  ///< kills it if it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void send(int signal) const;
  /// Waits at most `patience`, then kills it (signal 9 in the outcome).
  Outcome wait(std::chrono::seconds patience = std::chrono::seconds(270));
  std::string err_so_far() const;

 private:
  std::string folder_;
  pid_t pid_ = -1;
};

/// Full path of one of our executables.
std::string executable(const std::string& name);

/// `bftp-torture` with arguments; scratch files and fixture cache stay out of the user's folders.
Outcome torture(const std::vector<std::string>& arguments, const TemporaryFolder& folder);
std::vector<std::string> torture_argv(const std::vector<std::string>& arguments);

/// A short run over small files that judges everything it can: 2 clients, 6 iterations.
std::vector<std::string> whole_run(const TemporaryFolder& folder, const std::vector<std::string>& more = {});

/// Likewise, without the phases after the rounds unless `more` asks for some (`--phases`): they take most of
/// a run's time, and most tests are not about them.
std::vector<std::string> short_run(const TemporaryFolder& folder, const std::vector<std::string>& more = {});

std::string read_file(const std::string& path);
/// Waits until `path` holds `text`; false after `patience`.
bool await_text(const std::string& path, const std::string& text,
                std::chrono::seconds patience = std::chrono::seconds(60));

/// checks.csv as id -> status.
std::map<std::string, std::string> statuses(const std::string& run_folder);
/// Ids of the checks that failed.
std::vector<std::string> failed_checks(const std::string& run_folder);

/// Processes alive (zombies left out) whose command line holds `text`.
std::vector<pid_t> processes_with(const std::string& text);

}  // namespace bftp::end_to_end
