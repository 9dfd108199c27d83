#include "harness/launch/worker_process.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "harness/launch/readiness.hpp"
#include "processes/proc_tree.hpp"

namespace bftp::launch {
namespace {

using protocol::Deadline;
using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using namespace std::chrono_literals;

constexpr std::size_t line_bytes_max = 64u << 10;
constexpr std::size_t last_words_max = 4u << 10;

class WorkerProcess final : public WorkerChannel {
 public:
  WorkerProcess(std::uint32_t client, int pid, WorkerPipes pipes, std::shared_ptr<WorkerCrew> crew)
      : client_(client), pid_(pid), crew_(std::move(crew)), pipes_(std::move(pipes)) {}

  std::uint32_t client() const override { return client_; }
  int pid() const override { return pid_; }
  void close_input() override { pipes_.input.reset(); }

  Result<void> send_line(std::string_view line, const Deadline& deadline) override {
    if (!pipes_.input) return gone("its input was closed");
    std::string rest(line);
    rest.push_back('\n');
    for (std::size_t sent = 0; sent < rest.size();) {
      const ssize_t size = ::send(pipes_.input.get(), rest.data() + sent, rest.size() - sent, MSG_NOSIGNAL);
      if (size >= 0) {
        sent += static_cast<std::size_t>(size);
      } else if (errno == EAGAIN) {
        if (auto ready = wait(true, deadline); !ready) return ready;
      } else if (errno != EINTR) {
        return gone("it does not read its input any more");
      }
    }
    return {};
  }

  Result<std::string> receive_line(const Deadline& deadline) override {
    while (true) {
      const auto end = buffer_.find('\n', searched_);
      if (end != std::string::npos) return take_line(end);
      searched_ = buffer_.size();
      if (buffer_.size() - start_ > line_bytes_max)
        return Error{ErrorKind::malformed, name() + " wrote a line above 64 KiB", 0};
      if (output_ended_) return gone("its output ended");
      if (auto more = read_output(); more) continue;
      if (output_ended_) continue;
      if (auto ready = wait(false, deadline); !ready) return ready.error();
    }
  }

  bool was_stopped() override {
    const auto found = processes::find_process(pid_);
    if (!found || !found->stopped) return false;
    crew_->processes().signal(pid_, SIGCONT);
    return true;
  }

  std::string last_words() override {
    read_error();
    return error_tail_;
  }

 private:
  std::string name() const { return "worker " + std::to_string(client_); }

  Result<std::string> take_line(std::size_t end) {
    std::string line = buffer_.substr(start_, end - start_);
    start_ = searched_ = end + 1;
    // Whole lines leave the front now and then, not each time: moving the rest for every line would be
    // quadratic.
    if (start_ == buffer_.size() || start_ > line_bytes_max) {
      buffer_.erase(0, start_);
      start_ = searched_ = 0;
    }
    if (line.size() > line_bytes_max)
      return Error{ErrorKind::malformed, name() + " wrote a line above 64 KiB", 0};
    return line;
  }

  /// True when bytes have come.
  bool read_output() {
    std::array<char, line_bytes_max> chunk{};
    const ssize_t size = ::read(pipes_.output.get(), chunk.data(), chunk.size());
    if (size > 0) buffer_.append(chunk.data(), static_cast<std::size_t>(size));
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) output_ended_ = true;
    return size > 0;
  }

  /// Keeps the end of what the worker says, in bounded time: one that floods its standard error is not waited
  /// out.
  void read_error() {
    std::array<char, std::size_t{16} << 10> chunk{};
    for (int turn = 0; turn < 16 && !error_ended_; ++turn) {
      const ssize_t size = ::read(pipes_.error.get(), chunk.data(), chunk.size());
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (size <= 0) {
        error_ended_ = true;
        return;
      }
      error_tail_.append(chunk.data(), static_cast<std::size_t>(size));
      if (error_tail_.size() > last_words_max) error_tail_.erase(0, error_tail_.size() - last_words_max);
    }
  }

  Result<void> wait(bool to_write, const Deadline& deadline) {
    while (true) {
      std::array<pollfd, 3> entries{pollfd{output_ended_ || to_write ? -1 : pipes_.output.get(), POLLIN, 0},
                                    pollfd{error_ended_ ? -1 : pipes_.error.get(), POLLIN, 0},
                                    pollfd{to_write ? pipes_.input.get() : -1, POLLOUT, 0}};
      const int ready = ::poll(entries.data(), entries.size(), deadline.poll_timeout_ms());
      if (ready < 0 && errno != EINTR) return protocol::system_error("waiting for " + name());
      if (ready > 0 && entries[1].revents != 0) read_error();
      if (ready > 0 && (entries[0].revents != 0 || entries[2].revents != 0)) return {};
      if (deadline.expired())
        return Error{ErrorKind::deadline,
                     name() + (to_write ? " did not read a line in time" : " did not write a line in time"),
                     0};
    }
  }

  Error gone(const std::string& sign) {
    std::string message = name() + " is gone: " + sign;
    if (const auto status = crew_->processes().wait(pid_, Deadline::after(200ms))) {
      message += "; it " + describe(*status);
      if (status->signal == SIGKILL || status->signal == SIGTERM)
        message +=
            ", which the system sends when memory is short, or a person, or a server that may "
            "(docs/grading.md keeps it apart)";
    }
    return Error{ErrorKind::closed, message, 0};
  }

  std::uint32_t client_;
  int pid_;
  std::shared_ptr<WorkerCrew> crew_;  // before the pipes: they have to close first
  WorkerPipes pipes_;
  std::string buffer_;
  std::size_t start_ = 0, searched_ = 0;
  std::string error_tail_;
  bool output_ended_ = false, error_ended_ = false;
};

}  // namespace

WorkerCrew::~WorkerCrew() {
  const auto by_themselves = Deadline::after(300ms);
  std::vector<int> busy;
  for (const int pid : pids_)
    if (!processes_->wait(pid, by_themselves)) busy.push_back(pid);
  // One that waits for a server which hangs does not see that its input was closed.
  for (const int pid : busy) processes_->signal(pid, SIGTERM);
  const auto deadline = Deadline::after(700ms);
  for (const int pid : busy) processes_->wait(pid, deadline);
}

std::unique_ptr<WorkerChannel> make_worker_channel(std::uint32_t client, int pid, WorkerPipes pipes,
                                                   std::shared_ptr<WorkerCrew> crew) {
  return std::make_unique<WorkerProcess>(client, pid, std::move(pipes), std::move(crew));
}

}  // namespace bftp::launch
