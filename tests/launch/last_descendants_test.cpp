#include "harness/launch/last_descendants.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "processes/proc_tree.hpp"

namespace bftp::launch {
namespace {

using namespace std::chrono_literals;

/// In a process of its own, which adopts and ends: 0 if a grandchild in another session is gone then.
int orphan_is_ended() {
  adopt_orphans();
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return 2;
  if (::fork() == 0) {
    ::setsid();
    const pid_t orphan = ::fork();
    if (orphan == 0) {
      ::signal(SIGTERM, SIG_IGN);
      for (;;) ::pause();
    }
    if (::write(pipe[1], &orphan, sizeof orphan) != sizeof orphan) ::_exit(1);
    ::_exit(0);
  }
  pid_t orphan = 0;
  if (::read(pipe[0], &orphan, sizeof orphan) != sizeof orphan) return 3;
  if (::kill(orphan, 0) != 0) return 4;
  if (end_descendants(protocol::Deadline::after(10s)) != 0) return 5;
  return ::kill(orphan, 0) != 0 && errno == ESRCH ? 0 : 6;
}

TEST(LastDescendants, AnOrphanInASessionOfItsOwnIsEnded) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(orphan_is_ended());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(LastDescendants, NobodyIsNothing) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(end_descendants(protocol::Deadline::after(10s)) == 0 ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace bftp::launch
