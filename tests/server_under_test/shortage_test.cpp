#include <gtest/gtest.h>

#include <deque>

#include "running_server.hpp"

/// A system that is short of something: what there is serves.
namespace bftp::server::testing {
namespace {

/// bftpd with the limits that `ulimits`, a script of the shell, sets.
std::vector<std::string> limited(const std::string& ulimits) {
  return {"/bin/sh", "-c", ulimits + "; exec \"$0\" \"$@\"", bftpd_path()};
}

// A sanitizer needs more room than that itself.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Shortage, WithoutThreadsForAllEventLoopsFewerServe) {
  TemporaryFolder root;
  // Stacks of 1 GiB in an address space of 2.
  RunningServer server(root.path(), limited("ulimit -s 1048576 && ulimit -v 2097152"),
                       {"--model", "epoll", "--threads", "8"});
  EXPECT_EQ(Client(server).ask("NOOP"), "OK");
  EXPECT_EQ(server.terminate(), 0);
}
#endif

TEST(Shortage, AdmitsNoMoreClientsThanHaveDescriptorsBesideThoseOfTheEventLoops) {
  TemporaryFolder root;
  RunningServer server(root.path(), limited("ulimit -n 300"), {"--model", "epoll", "--threads", "50"});
  std::deque<Client> clients;
  for (int i = 0; i < 50; ++i) {
    const auto outcome = clients.emplace_back(server).outcome("PUT 1 file" + std::to_string(i));
    ASSERT_EQ(outcome, i < (300 - 64 - 50 * 4) / 3 ? "OK" : "503") << i;
  }
  clients.clear();
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace bftp::server::testing
