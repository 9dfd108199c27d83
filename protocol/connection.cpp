#include "protocol/connection.hpp"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace bftp::protocol {

namespace {

timeval to_timeval(Clock::duration wait) {
  // Zero would mean "no bound" to the kernel.
  const auto whole_us = std::max<std::int64_t>(std::chrono::ceil<std::chrono::microseconds>(wait).count(), 1);
  return {.tv_sec = whole_us / 1'000'000, .tv_usec = whole_us % 1'000'000};
}

bool would_block(int code) {
  return code == EAGAIN || code == EWOULDBLOCK;
}

}  // namespace

void Connection::close() {
  fd_.reset();
  pushback_.clear();
  pushback_at_ = 0;
  receive_bound_ = send_bound_ = Clock::duration::max();
}

void Connection::push_back(std::string_view bytes) {
  if (pushback_at_ >= bytes.size()) {
    pushback_at_ -= bytes.size();
    bytes.copy(pushback_.data() + pushback_at_, bytes.size());
    return;
  }
  pushback_.replace(0, pushback_at_, bytes);
  pushback_at_ = 0;
}

std::size_t Connection::take_pushed_back(std::span<std::byte> wanted) {
  const auto bytes = std::min(wanted.size(), pushed_back());
  if (bytes == 0) return 0;
  std::memcpy(wanted.data(), pushback_.data() + pushback_at_, bytes);
  pushback_at_ += bytes;
  if (pushed_back() == 0) {
    pushback_.clear();
    pushback_at_ = 0;
  }
  return bytes;
}

/// A blocking call with a time-out on the socket costs one system call where poll and read cost two. The
/// time-out is half of what is left, so that it still holds for the calls that follow and is set again only
/// rarely; whoever runs into it waits for the other half with poll.
void Connection::bound(const Deadline& deadline, int option, Clock::duration& bound_now) {
  if (deadline.is_never()) return;
  const auto left = deadline.remaining();
  constexpr int much_shorter = 1000;  // left behind by a deadline that was near: it would wake us for nothing
  if (bound_now <= left && bound_now > left / much_shorter) return;
  const auto half = std::max<Clock::duration>(left / 2, std::chrono::microseconds(1));
  const timeval wait = to_timeval(half);
  if (::setsockopt(fd(), SOL_SOCKET, option, &wait, sizeof wait) == 0) bound_now = half;
}

Result<std::size_t> Connection::receive_some(std::span<std::byte> into, const Deadline& deadline) {
  assert(!into.empty());
  if (const auto kept = take_pushed_back(into)) return kept;
  bound(deadline, SO_RCVTIMEO, receive_bound_);
  for (;;) {
    const ssize_t got = ::recv(fd(), into.data(), into.size(), 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && !would_block(errno)) return system_error("cannot receive");
    if (auto ready = wait_for(fd(), POLLIN, deadline, "the peer sent nothing"); !ready) return ready.error();
  }
}

Result<std::size_t> Connection::send_some(std::span<const std::byte> bytes, const Deadline& deadline,
                                          bool more) {
  assert(!bytes.empty());
  bound_sends(deadline);
  for (;;) {
    const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | (more ? MSG_MORE : 0));
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno != EINTR && !would_block(errno)) return system_error("cannot send");
    if (auto ready = wait_for(fd(), POLLOUT, deadline, "the peer took nothing"); !ready) return ready.error();
  }
}

Result<void> wait_for(int fd, short events, const Deadline& deadline, std::string_view what) {
  pollfd waiting{.fd = fd, .events = events, .revents = 0};
  for (;;) {
    const int ready = ::poll(&waiting, 1, deadline.poll_timeout_ms());
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error("cannot wait for a connection");
    if (deadline.expired()) return Error{ErrorKind::deadline, std::string(what) + " before the deadline"};
  }
}

std::optional<int> unacknowledged_bytes(int fd) {
  int bytes = 0;
  if (::ioctl(fd, SIOCOUTQ, &bytes) != 0) return std::nullopt;
  return bytes;
}

void ignore_broken_pipes() {
  [[maybe_unused]] const auto previous = std::signal(SIGPIPE, SIG_IGN);
  assert(previous != SIG_ERR);
}

}  // namespace bftp::protocol
