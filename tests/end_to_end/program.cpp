#include "tests/end_to_end/program.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/record/csv.hpp"

namespace bftp::end_to_end {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto look_again = 20ms;

/// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* argv, const char* out, const char* err) {
  ::setpgid(0, 0);
  const int null = ::open("/dev/null", O_RDONLY);
  const int out_fd = ::open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err_fd = ::open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(null, STDIN_FILENO);
  ::dup2(out_fd, STDOUT_FILENO);
  ::dup2(err_fd, STDERR_FILENO);
  ::execv(argv[0], argv);
  ::_exit(127);
}

std::string command_line_of(const std::string& pid) {
  std::string line = read_file("/proc/" + pid + "/cmdline");
  for (char& c : line)
    if (c == '\0') c = ' ';
  return line;
}

}  // namespace

Program::Program(const std::vector<std::string>& argv, const std::string& folder) : folder_(folder) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const std::string out = folder_ + "/out";
  const std::string err = folder_ + "/err";
  pid_ = ::fork();
  if (pid_ == 0) become(words.data(), out.c_str(), err.c_str());
}

Program::~Program() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::send(int signal) const {
  ::kill(pid_, signal);
}

Outcome Program::wait(std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(look_again);
  }
  pid_ = -1;
  Outcome outcome;
  if (WIFEXITED(status)) outcome.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  outcome.out = read_file(folder_ + "/out");
  outcome.err = read_file(folder_ + "/err");
  return outcome;
}

std::string Program::err_so_far() const {
  return read_file(folder_ + "/err");
}

std::string executable(const std::string& name) {
  return std::string(BFTP_BINARY_DIR) + "/bin/" + name;
}

/// The system's own programs come first: a `python3` of a version manager is a shell script that runs some
/// dozen programs at each start, and servers are started by the thousand.
static void prefer_programs_of_the_system() {
  static const bool done = [] {
    const char* before = std::getenv("PATH");
    return ::setenv("PATH", (std::string("/usr/bin:/bin:") + (before != nullptr ? before : "")).c_str(), 1) ==
           0;
  }();
  static_cast<void>(done);
}

std::vector<std::string> torture_argv(const std::vector<std::string>& arguments) {
  prefer_programs_of_the_system();
  // One cache for all tests: fixtures are made once, under the cache's own lock.
  ::setenv("BFTP_FIXTURES", (std::string(BFTP_BINARY_DIR) + "/test-fixtures").c_str(), 1);
  std::vector<std::string> argv{executable("bftp-torture")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

Outcome torture(const std::vector<std::string>& arguments, const TemporaryFolder& folder) {
  return Program(torture_argv(arguments), folder.path()).wait();
}

std::vector<std::string> whole_run(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"run",
                                     "--profile",
                                     "smoke",
                                     "--out",
                                     folder.file("reports"),
                                     "--idle",
                                     "300ms",
                                     "--stall",
                                     "300ms",
                                     "--settle",
                                     "1s",
                                     "--seed",
                                     "7",
                                     "--iterations",
                                     "6",
                                     "--rounds",
                                     "3",
                                     "--fixtures",
                                     "every_byte.bin,empty.bin,db.csv",
                                     "--db-size",
                                     "1MiB"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> short_run(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"--phases", "none"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return whole_run(folder, arguments);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool await_text(const std::string& path, const std::string& text, std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (read_file(path).find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

std::map<std::string, std::string> statuses(const std::string& run_folder) {
  std::map<std::string, std::string> by_id;
  std::istringstream file(read_file(run_folder + "/checks.csv"));
  std::string row;
  std::getline(file, row);
  while (std::getline(file, row)) {
    const auto cells = record::split_csv_row(row);
    if (cells && cells->size() > 2) by_id[cells->at(0)] = cells->at(2);
  }
  return by_id;
}

std::vector<std::string> failed_checks(const std::string& run_folder) {
  std::vector<std::string> failed;
  for (const auto& [id, status] : statuses(run_folder))
    if (status == "fail") failed.push_back(id);
  return failed;
}

std::vector<pid_t> processes_with(const std::string& text) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (std::stoi(name) != ::getpid() && command_line_of(name).find(text) != std::string::npos)
      found.push_back(std::stoi(name));
  }
  return found;
}

}  // namespace bftp::end_to_end
