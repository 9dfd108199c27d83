#include "harness/cli/interrupts.hpp"

#include <unistd.h>

#include <csignal>

namespace bftp::cli {
namespace {

// A signal handler reaches nothing but objects of static storage; this is the only such object of the
// program.
std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};
/// Who writes gets an error instead, and can say so: of a reader that is gone, of a file beyond `ulimit -f`.
constexpr int survived[] = {SIGPIPE, SIGXFSZ};

void on_signal(int number) {
  constexpr int shell_signal_base = 128;
  if (stop_requested.exchange(true) && number == SIGINT) ::_exit(shell_signal_base + SIGINT);
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, nullptr);
}

/// As nohup(1) sets SIGHUP, and a shell SIGINT for what runs in its background.
bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts() {
  stop_requested = false;
  for (const int number : signals)
    if (!is_ignored(number)) handle(number, &on_signal);
  for (const int number : survived) handle(number, SIG_IGN);
}

Interrupts::~Interrupts() {
  for (const int number : signals)
    if (!is_ignored(number)) handle(number, SIG_DFL);
  for (const int number : survived) handle(number, SIG_DFL);
}

const std::atomic<bool>& Interrupts::stop() const {
  return stop_requested;
}

}  // namespace bftp::cli
