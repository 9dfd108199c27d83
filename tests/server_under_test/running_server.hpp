#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/connection.hpp"
#include "protocol/conversation.hpp"
#include "protocol/request.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::server::testing {

inline constexpr std::chrono::seconds patience{20};  ///< a failure, not a measurement
inline protocol::Deadline soon() {
  return protocol::Deadline::after(patience);
}

/// A file's worth of bytes, the same for the same seed; every byte value occurs in 64 KiB.
std::string some_bytes(std::size_t size, unsigned seed = 1);

/// The program itself, for a command that does something before it.
std::string bftpd_path();

/// A bftpd process, or another server that prints where it listens. Killed when the test leaves it running.
class RunningServer {
 public:
  RunningServer(const std::filesystem::path& root, std::vector<std::string> options);
  /// `command` is program and arguments; --root and --port 0 are added.
  RunningServer(const std::filesystem::path& root, std::vector<std::string> command,
                std::vector<std::string> options);
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  const std::string& banner() const { return banner_; }
  const protocol::Endpoint& endpoint() const { return endpoint_; }
  pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// The exit status, or 128 and the signal. Waits up to `patience`.
  int wait();
  /// SIGTERM and wait().
  int terminate();

 private:
  pid_t pid_ = -1;
  protocol::UniqueFd output_;
  std::string banner_;
  protocol::Endpoint endpoint_;
};

struct Finished {
  int status = -1;
  std::string output;
  std::string errors;
};
/// Runs bftpd to its end.
Finished run_to_end(const std::vector<std::string>& options);

/// One connection to a server; every answer is awaited with a deadline.
class Client {
 public:
  explicit Client(const protocol::Endpoint& endpoint);
  explicit Client(const RunningServer& server) : Client(server.endpoint()) {}

  void send(std::string_view bytes);
  void send_request(std::string_view payload);
  /// The next reply, as sent; "(closed)" or "(reset)" if there is none.
  std::string reply();
  std::string ask(std::string_view payload);
  /// OK or the code: "OK", "404".
  std::string outcome(std::string_view payload);
  /// A reply "OK size" and its stream, without the reply; "ERR …" as it came.
  std::string fetch(std::string_view payload);
  std::string put(std::string_view path, std::string_view content);
  std::string receive(std::size_t size);
  /// Everything up to the end of the connection.
  std::string rest();
  void half_close();
  void reset();
  void close() { connection_.close(); }
  int fd() const { return connection_.fd(); }

 private:
  protocol::Connection connection_;
};

}  // namespace bftp::server::testing
