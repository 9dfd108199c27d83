#include "harness/doctor/kernel_features.hpp"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "protocol/unique_fd.hpp"

namespace bftp::doctor {
namespace {

using protocol::UniqueFd;

/// Runs `attempt` in a child of its own; true if it says so and ends in order.
template <class Attempt>
bool in_a_child(Attempt attempt) {
  const pid_t child = ::fork();
  if (child < 0) return false;
  if (child == 0) ::_exit(attempt() ? 0 : 1);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool can_listen() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return socket.get() >= 0 &&
         ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         ::listen(socket.get(), 1) == 0;
}

bool has_openat2() {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH;
  const UniqueFd folder(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how)));
  return folder.get() >= 0;
}

bool has_pidfd() {
  const UniqueFd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  return self.get() >= 0;
}

bool has_sock_diag() {
  const UniqueFd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  return socket.get() >= 0;
}

bool counts_instructions() {
  perf_event_attr what{};
  what.type = PERF_TYPE_HARDWARE;
  what.size = sizeof what;
  what.config = PERF_COUNT_HW_INSTRUCTIONS;
  what.exclude_kernel = 1;
  what.exclude_hv = 1;
  const UniqueFd counter(
      static_cast<int>(::syscall(SYS_perf_event_open, &what, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
  return counter.get() >= 0;
}

}  // namespace

bool kernel_offers(Feature feature) {
  switch (feature) {
    case Feature::listen_on_loopback:
      return can_listen();
    case Feature::openat2:
      return has_openat2();
    case Feature::pidfd:
      return has_pidfd();
    case Feature::sock_diag:
      return has_sock_diag();
    case Feature::subreaper:
      return in_a_child([] { return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; });
    case Feature::instruction_counter:
      return counts_instructions();
    case Feature::ptrace:
      return in_a_child([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; });
    case Feature::user_and_network_namespace:
      return in_a_child([] { return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0; });
  }
  return false;
}

}  // namespace bftp::doctor
