#include "server_under_test/stop.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <csignal>

namespace bftp::server {

namespace {

bool readable(int fd, int timeout_ms) {
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, timeout_ms) > 0;
}

}  // namespace

protocol::Result<Stop> Stop::on_signals() {
  sigset_t ends{};
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  protocol::UniqueFd fd(::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return protocol::system_error("cannot watch for signals");
  return Stop(std::move(fd));
}

protocol::Result<Stop> Stop::on_request() {
  protocol::UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return protocol::system_error("cannot make an eventfd");
  return Stop(std::move(fd));
}

bool Stop::requested() const {
  return readable(fd(), 0);
}

void Stop::request() {
  const eventfd_t one = 1;
  [[maybe_unused]] const int done = ::eventfd_write(fd(), one);
  assert(done == 0);
}

void Stop::wait() const {
  while (!readable(fd(), -1)) assert(errno == EINTR);
}

}  // namespace bftp::server
