#include "server_under_test/thread_group.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

TEST(ThreadGroup, WaitsForEveryThread) {
  ThreadGroup group;
  std::atomic<int> done = 0;
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(group.start([&done] { ++done; }));
  EXPECT_TRUE(group.wait(soon()));
  EXPECT_EQ(done, 50);
}

TEST(ThreadGroup, ThreadsMayStartThreads) {
  ThreadGroup group;
  std::atomic<bool> done = false;
  group.start([&] { group.start([&] { done = true; }); });
  EXPECT_TRUE(group.wait(soon()));
  EXPECT_TRUE(done);
}

TEST(ThreadGroup, GivesUpAtTheDeadlineAndLeavesTheThreadBehind) {
  std::promise<void> go_on;
  std::promise<void> ended;
  {
    ThreadGroup group;
    group.start([wait = go_on.get_future().share(), &ended] {
      wait.wait();
      ended.set_value();
    });
    EXPECT_FALSE(group.wait(protocol::Deadline::after(std::chrono::milliseconds(1))));
  }
  go_on.set_value();
  ended.get_future().wait();
}

}  // namespace
}  // namespace bftp::server::testing
