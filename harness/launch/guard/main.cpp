/// bftp-guard: the parent of a server under test or of the workers. It starts what the harness asks for over
/// a socket, and when the harness is gone, however it went, it kills everything that descends from it. Not
/// for people to start.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/launch/guard/guard_loop.hpp"

namespace {

/// Boost.Process 1.81 leaves open what lies between the descriptors that it is to keep, so the guard tidies
/// up itself.
void close_all_but(int kept) {
  const auto number = static_cast<unsigned>(kept);
  if (number > 3) ::syscall(SYS_close_range, 3u, number - 1, 0u);
  ::syscall(SYS_close_range, number + 1, ~0u, 0u);
}

}  // namespace

int main(int argc, char** argv) {
  bftp::launch::guard::GuardOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--control") options.control.reset(std::atoi(value));
    if (name == "--cgroup") options.cgroup_name = std::string(value) + "-" + std::to_string(::getpid());
    if (name == "--processes-max") options.bounds.processes_max = static_cast<unsigned>(std::atoi(value));
    if (name == "--memory-max") options.bounds.memory_bytes_max = std::strtoull(value, nullptr, 10);
  }
  if (::fcntl(options.control.get(), F_SETFD, FD_CLOEXEC) != 0) {
    std::fputs("bftp-guard is a part of bftp-torture, which starts it itself\n", stderr);
    return 64;
  }
  close_all_but(options.control.get());
  return bftp::launch::guard::run_guard(std::move(options));
}
