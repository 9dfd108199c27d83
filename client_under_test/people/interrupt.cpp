#include "client_under_test/people/interrupt.hpp"

#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <cassert>
#include <cerrno>

namespace bftp::client::people {

namespace {

struct Watched {
  std::atomic<int> socket{-1};
  std::atomic<bool> interrupted{false};
};

Watched& watched() {
  static Watched one;
  return one;
}

void on_interrupt(int) {
  const int kept_errno = errno;
  watched().interrupted = true;
  ::shutdown(watched().socket, SHUT_RDWR);  // on POSIX's list of what a handler may call
  errno = kept_errno;
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard(int socket) {
  assert(watched().socket == -1);
  watched().interrupted = false;
  watched().socket = socket;
  handle(on_interrupt);
}

InterruptGuard::~InterruptGuard() {
  handle(SIG_IGN);
  watched().socket = -1;
}

bool InterruptGuard::happened() const {
  return watched().interrupted;
}

}  // namespace bftp::client::people
