#include "running_server.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <thread>

namespace bftp::server::testing {

using protocol::Connection;
using protocol::UniqueFd;

namespace {

struct Pipe {
  UniqueFd reads;
  UniqueFd writes;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

pid_t spawn_server(std::vector<std::string> words, int output, int errors) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  if (errors >= 0) ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  pid_t pid = -1;
  EXPECT_EQ(::posix_spawnp(&pid, words.front().c_str(), &actions, nullptr, arguments.data(), environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  return pid;
}

int wait_for_end(pid_t pid) {
  const auto deadline = soon();
  while (!deadline.expired()) {
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == pid)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ADD_FAILURE() << "the server did not end";
  return -1;
}

std::string read_line(int fd) {
  std::string line;
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  for (char c = 0; ::poll(&waiting, 1, soon().poll_timeout_ms()) > 0 && ::read(fd, &c, 1) == 1 && c != '\n';)
    line += c;
  return line;
}

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 4096> block;
  for (ssize_t got = 0; (got = ::read(fd, block.data(), block.size())) > 0;)
    text.append(block.data(), static_cast<std::size_t>(got));
  return text;
}

}  // namespace

std::string some_bytes(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  std::mt19937_64 random(seed);
  std::generate(bytes.begin(), bytes.end(), [&random] { return static_cast<char>(random() & 0xff); });
  return bytes;
}

std::string bftpd_path() {
  return BFTPD_PATH;
}

RunningServer::RunningServer(const std::filesystem::path& root, std::vector<std::string> options)
    : RunningServer(root, {bftpd_path()}, std::move(options)) {}

RunningServer::RunningServer(const std::filesystem::path& root, std::vector<std::string> command,
                             std::vector<std::string> options) {
  command.insert(command.end(), {"--root", root.string(), "--port", "0"});
  command.insert(command.end(), options.begin(), options.end());
  auto pipe = make_pipe();
  pid_ = spawn_server(std::move(command), pipe.writes.get(), -1);
  pipe.writes.reset();
  output_ = std::move(pipe.reads);
  banner_ = read_line(output_.get());
  constexpr std::string_view start = "listening on ";
  EXPECT_TRUE(banner_.starts_with(start)) << banner_;
  auto endpoint = protocol::parse_endpoint(banner_.substr(std::min(start.size(), banner_.size())));
  EXPECT_TRUE(endpoint) << banner_;
  if (endpoint) endpoint_ = *endpoint;
}

RunningServer::~RunningServer() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void RunningServer::signal(int number) const {
  EXPECT_EQ(::kill(pid_, number), 0);
}

int RunningServer::wait() {
  return wait_for_end(std::exchange(pid_, -1));
}

int RunningServer::terminate() {
  signal(SIGTERM);
  return wait();
}

Finished run_to_end(const std::vector<std::string>& options) {
  auto output = make_pipe();
  auto errors = make_pipe();
  std::vector<std::string> command{BFTPD_PATH};
  command.insert(command.end(), options.begin(), options.end());
  const pid_t pid = spawn_server(std::move(command), output.writes.get(), errors.writes.get());
  output.writes.reset();
  errors.writes.reset();
  Finished finished;
  finished.output = read_to_end(output.reads.get());
  finished.errors = read_to_end(errors.reads.get());
  finished.status = wait_for_end(pid);
  return finished;
}

Client::Client(const protocol::Endpoint& endpoint) {
  protocol::ignore_broken_pipes();
  auto connection = protocol::connect_to(endpoint, soon());
  EXPECT_TRUE(connection) << (connection ? "" : connection.error().message);
  if (connection) connection_ = std::move(*connection);
}

void Client::send(std::string_view bytes) {
  if (!bytes.empty()) static_cast<void>(protocol::send_all(connection_, bytes, soon()));
}

void Client::send_request(std::string_view payload) {
  send(protocol::encode_header(payload.size()) + std::string(payload));
}

std::string Client::reply() {
  auto message = protocol::receive_message(connection_, soon());
  if (message) return *message;
  return std::string("(") + protocol::to_string(message.error().kind) + ")";
}

std::string Client::ask(std::string_view payload) {
  send_request(payload);
  return reply();
}

std::string Client::outcome(std::string_view payload) {
  const auto text = ask(payload);
  if (text.starts_with("ERR ")) return text.substr(4, 3);
  return text.starts_with("OK") ? "OK" : text;
}

std::string Client::fetch(std::string_view payload) {
  const auto text = ask(payload);
  if (!text.starts_with("OK ")) return text;
  const auto size = protocol::parse_length(std::string_view(text).substr(3));
  return size ? receive(static_cast<std::size_t>(*size)) : "no size: " + text;
}

std::string Client::put(std::string_view path, std::string_view content) {
  const auto first = ask("PUT " + std::to_string(content.size()) + " " + std::string(path));
  if (first != "OK") return first;
  send(content);
  return reply();
}

std::string Client::receive(std::size_t size) {
  auto bytes = protocol::receive_exactly(connection_, size, soon());
  return bytes ? *bytes : "(" + bytes.error().message + ")";
}

std::string Client::rest() {
  auto bytes = protocol::receive_to_close(connection_, 1 << 28, soon());
  return bytes ? *bytes : std::string("(") + protocol::to_string(bytes.error().kind) + ")";
}

void Client::half_close() {
  ::shutdown(connection_.fd(), SHUT_WR);
}

void Client::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(connection_.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  connection_.close();
}

}  // namespace bftp::server::testing
