#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "protocol/conversation.hpp"
#include "protocol/unique_fd.hpp"

/// A server in a thread of the test that says and does exactly what its script tells it, right or wrong.
namespace bftp::client::worker::testing {

/// The server's side of one connection. Every wait ends after ten seconds.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  int fd() const { return fd_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool send_message(std::string_view payload) {
    return send(protocol::encode_header(payload.size()) + std::string(payload));
  }
  /// An OK with the size and the content, as a good BFTP server answers GET.
  bool send_file(std::string_view content) {
    const std::string reply = "OK " + std::to_string(content.size());
    return send(protocol::encode_header(reply.size()) + reply + std::string(content));
  }
  /// Sends a byte, waits a little for the client to go away, and so on. True if it went.
  bool trickle(std::string_view bytes, int pause_ms) {
    for (const char byte : bytes) {
      if (!send({&byte, 1})) return true;
      pollfd wait{fd_, POLLRDHUP, 0};
      if (::poll(&wait, 1, pause_ms) > 0) return true;
    }
    return false;
  }

  std::optional<std::string> receive(std::size_t size) {
    while (buffer_.size() < size) {
      if (!more()) return std::nullopt;
    }
    return take(size);
  }
  std::optional<std::string> receive_message() {
    const auto header = receive(protocol::header_size);
    if (!header) return std::nullopt;
    return receive(std::stoul(*header, nullptr, 16));
  }
  std::optional<std::string> receive_until(std::string_view delimiter) {
    while (true) {
      const auto at = buffer_.find(delimiter);
      if (at != std::string::npos) return take(at + delimiter.size());
      if (!more()) return std::nullopt;
    }
  }
  /// Everything up to the client's close.
  std::string receive_all() {
    while (more()) {
    }
    return std::move(buffer_);
  }
  void wait_for_close() {
    while (more()) buffer_.clear();
  }

  /// Reads nothing until the client has gone.
  void wait_for_end() const {
    pollfd wait{fd_, POLLRDHUP, 0};
    ::poll(&wait, 1, 10'000);
  }

  /// Closes so that the client sees RST.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

 private:
  bool more() {
    char chunk[4096];
    const ssize_t count = ::recv(fd_, chunk, sizeof chunk, 0);
    if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
    return count > 0;
  }
  std::string take(std::size_t size) {
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }

  int fd_;
  std::string buffer_;
};

/// Accepts one connection after the other and plays the script to each; closes it when the script returns.
class FakeServer {
 public:
  using Script = std::function<void(Peer&)>;

  explicit FakeServer(Script script) : script_(std::move(script)) {
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_.get(), 64);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
    }
    thread_.join();
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::uint16_t port() const { return port_; }
  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  void serve() {
    while (true) {
      const protocol::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd || !begin(fd.get())) return;
      Peer peer(fd.get());
      script_(peer);
      const std::lock_guard lock(mutex_);
      current_ = -1;
    }
  }
  bool begin(int fd) {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    current_ = fd;
    ++connections_;
    return true;
  }

  Script script_;
  protocol::UniqueFd listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  int current_ = -1;
  int connections_ = 0;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace bftp::client::worker::testing
