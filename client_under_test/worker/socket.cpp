#include "client_under_test/worker/socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/time.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "client_under_test/worker/clock.hpp"

namespace bftp::client::worker {

namespace {

/// By how much a socket timeout may overshoot a transfer's deadline before it is renewed.
constexpr std::int64_t timeout_slack_ns = 100'000'000;
/// One call waits for room as often as it likes, each time for the whole timeout; so none is long.
constexpr std::uint64_t send_file_step = 1u << 20;

Io ended_by(int error, std::size_t bytes = 0) {
  return {status_of(error), bytes, error};
}

}  // namespace

IoStatus status_of(int error) {
  switch (error) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EACCES:
    case EPERM:
      return IoStatus::refused;
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
      return IoStatus::reset;
    case EAGAIN:
    case EINPROGRESS:
    case ETIMEDOUT:
      return IoStatus::deadline;
    default:
      return IoStatus::local;
  }
}

protocol::Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) {
    return protocol::Error{protocol::ErrorKind::invalid_input,
                           "cannot resolve " + host + ": " + ::gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Address address;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
    addresses.push_back(address);
  }
  return addresses;
}

Io Socket::connect(const Address& to, int receive_buffer_bytes, std::int64_t deadline_ns) {
  fd_.reset(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd_) return {IoStatus::local, 0, errno};
  receive_timeout_ns_ = send_timeout_ns_ = 0;
  sends_at_once_ = false;
  if (receive_buffer_bytes > 0) {
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  if (!renew_timeout(SO_SNDTIMEO, send_timeout_ns_, deadline_ns)) {
    close();
    return {IoStatus::deadline, 0, ETIMEDOUT};
  }
  sockaddr_storage storage = to.storage;
  if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&storage), to.size) == 0) return {};
  const int error = errno;
  close();
  // EAGAIN of connect(2) means that no local port is free; a timeout says EINPROGRESS.
  return error == EAGAIN ? Io{IoStatus::local, 0, error} : ended_by(error);
}

bool Socket::renew_timeout(int option, std::int64_t& set_ns, std::int64_t deadline_ns) {
  const std::int64_t left_ns = deadline_ns - now_ns();
  if (left_ns <= 0) return false;
  if (set_ns != 0 && set_ns <= left_ns + timeout_slack_ns) return true;
  timeval timeout{};  // rounded up: zero would mean no timeout at all
  timeout.tv_sec = static_cast<time_t>(left_ns / 1'000'000'000);
  timeout.tv_usec = static_cast<suseconds_t>(left_ns % 1'000'000'000 / 1000 + 1);
  if (timeout.tv_usec >= 1'000'000) {
    ++timeout.tv_sec;
    timeout.tv_usec = 0;
  }
  ::setsockopt(fd_.get(), SOL_SOCKET, option, &timeout, sizeof timeout);
  set_ns = left_ns;
  return true;
}

Io Socket::receive(std::span<std::byte> into, std::int64_t deadline_ns) {
  if (tls_) return receive_tls(into, deadline_ns);
  while (renew_timeout(SO_RCVTIMEO, receive_timeout_ns_, deadline_ns)) {
    const ssize_t count = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (count > 0) return {IoStatus::done, static_cast<std::size_t>(count), 0};
    if (count == 0) return {IoStatus::closed, 0, 0};
    if (errno == EAGAIN) {
      receive_timeout_ns_ = 0;  // an old timeout may have been shorter than what is left now
    } else if (errno != EINTR) {
      return ended_by(errno);
    }
  }
  return {IoStatus::deadline, 0, ETIMEDOUT};
}

Io Socket::send(std::string_view bytes, std::int64_t deadline_ns) {
  if (tls_) return send_tls(bytes, deadline_ns);
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    if (!renew_timeout(SO_SNDTIMEO, send_timeout_ns_, deadline_ns))
      return {IoStatus::deadline, sent, ETIMEDOUT};
    const ssize_t count = ::send(fd_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      send_timeout_ns_ = 0;
    } else if (errno != EINTR) {
      return ended_by(errno, sent);
    }
  }
  return {IoStatus::done, sent, 0};
}

Io Socket::send_file(int file, std::uint64_t size,
                     const std::function<std::int64_t(std::uint64_t)>& deadline_ns) {
  assert(!tls_ && "sendfile(2) does not encrypt");
  send_at_once();
  off_t offset = 0;
  while (static_cast<std::uint64_t>(offset) < size) {
    const auto sent = static_cast<std::size_t>(offset);
    if (!renew_timeout(SO_SNDTIMEO, send_timeout_ns_, deadline_ns(sent)))
      return {IoStatus::deadline, sent, ETIMEDOUT};
    const std::uint64_t left = size - static_cast<std::uint64_t>(offset);
    const ssize_t count = ::sendfile(fd_.get(), file, &offset, std::min(left, send_file_step));
    if (count == 0) return {IoStatus::local, sent, ENODATA};
    if (count > 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return ended_by(errno, sent);
    send_timeout_ns_ = 0;
  }
  return {IoStatus::done, size, 0};
}

void Socket::send_at_once() {
  if (std::exchange(sends_at_once_, true)) return;
  const int on = 1;
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Io Socket::peek() {
  if (tls_) return peek_tls();
  std::byte one{};
  const ssize_t count = ::recv(fd_.get(), &one, 1, MSG_DONTWAIT | MSG_PEEK);
  if (count > 0) return {IoStatus::done, 1, 0};
  if (count == 0) return {IoStatus::closed, 0, 0};
  return ended_by(errno);
}

Io Socket::wait_for_end(std::int64_t until_ns) const {
  for (bool looked = false;; looked = true) {
    const std::int64_t left_ns = std::max<std::int64_t>(until_ns - now_ns(), 0);
    if (looked && left_ns == 0) return {IoStatus::deadline, 0, 0};
    pollfd wait{fd_.get(), POLLRDHUP, 0};
    const timespec timeout{static_cast<time_t>(left_ns / 1'000'000'000),
                           static_cast<long>(left_ns % 1'000'000'000)};
    const int ready = ::ppoll(&wait, 1, &timeout, nullptr);
    if (ready < 0 && errno != EINTR) return ended_by(errno);
    if (ready > 0) return {(wait.revents & POLLERR) != 0 ? IoStatus::reset : IoStatus::closed, 0, 0};
  }
}

}  // namespace bftp::client::worker
