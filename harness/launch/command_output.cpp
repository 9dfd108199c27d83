#include "harness/launch/command_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "protocol/deadline.hpp"

namespace bftp::launch {
namespace {

constexpr std::size_t output_max_bytes = 64u << 10;

/// What the child gets as its three standard descriptors.
class FileActions {
 public:
  explicit FileActions(int output) {  // NOLINT(cppcoreguidelines-pro-type-member-init): by its init()
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// Everything up to the end of the pipe; nothing when that does not come in time or in bounds.
std::optional<std::string> read_all(int descriptor, const protocol::Deadline& deadline) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() <= output_max_bytes) {
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, deadline.poll_timeout_ms());
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

/// How the child ended; nothing, and the child is killed, when it has not ended in time: a program that has
/// closed its output may go on for ever.
std::optional<int> ended_with(pid_t child, const protocol::Deadline& deadline) {
  constexpr std::chrono::milliseconds look_again{5};
  int status = 0;
  while (true) {
    const pid_t got = ::waitpid(child, &status, WNOHANG);
    if (got == child) return status;
    if (got < 0 && errno != EINTR) return std::nullopt;
    if (deadline.expired()) break;
    std::this_thread::sleep_for(std::min<protocol::Clock::duration>(look_again, deadline.remaining()));
  }
  ::kill(child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> output_of(const std::vector<std::string>& argv,
                                     std::chrono::milliseconds patience) {
  std::array<int, 2> pipe{};
  if (argv.empty() || ::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::nullopt;
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t child = -1;
  const int failed =
      ::posix_spawnp(&child, words.front(), FileActions(pipe[1]).get(), nullptr, words.data(), environ);
  ::close(pipe[1]);
  std::optional<std::string> text;
  const auto deadline = protocol::Deadline::after(patience);
  if (failed == 0) text = read_all(pipe[0], deadline);
  ::close(pipe[0]);
  if (failed != 0) return std::nullopt;
  if (!text) ::kill(child, SIGKILL);
  const auto status = ended_with(child, deadline);
  return text && status && WIFEXITED(*status) && WEXITSTATUS(*status) == 0 ? text : std::nullopt;
}

}  // namespace bftp::launch
