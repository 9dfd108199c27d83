#include "client_under_test/people/interrupt.hpp"

#include <signal.h>
#include <sys/socket.h>

#include <atomic>
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

void stop_watching() {
  watched().socket = -1;
  watched().interrupted = false;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  stop_watching();
  handle(on_interrupt);
}

InterruptGuard::~InterruptGuard() {
  handle(SIG_IGN);
  stop_watching();
}

bool InterruptGuard::happened() const {
  return interrupt_flag();
}

const std::atomic<bool>& interrupt_flag() {
  return watched().interrupted;
}

bool watch_for_interrupt(int socket) {
  watched().socket = socket;
  return !interrupt_flag();  // in this order: an interrupt in between either sees the socket or is seen
}

}  // namespace bftp::client::people
