#include "processes/tree_bounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

namespace bftp::processes {
namespace {

constexpr std::uint64_t mib = 1ull << 20;

TEST(TreeBoundsTest, CountsPagesOfNoFile) {
  EXPECT_EQ(
      held_bytes("Name:\tRssAnon: 7 kB\nVmRSS:\t    9000 kB\nRssAnon:\t    1200 kB\nRssFile:\t    7000 kB\n"
                 "RssShmem:\t     800 kB\nVmSwap:\t      48 kB\nThreads:\t1\n"),
      2048U * 1024);
  EXPECT_EQ(held_bytes("Name:\tkthreadd\nThreads:\t1\n"), 0U) << "a kernel thread";
  EXPECT_EQ(held_bytes(""), 0U);
  EXPECT_EQ(held_bytes("RssAnon:\nRssShmem:\tx kB\nVmSwap:"), 0U);
}

TEST(TreeBoundsTest, CountsSharedPagesByTheirShare) {
  EXPECT_EQ(shared_out_bytes("00400000-7fff0000 ---p 00000000 00:00 0   [rollup]\nRss:    9000 kB\n"
                             "Pss:    5000 kB\nPss_Anon:  100 kB\nPss_File:  4000 kB\nPss_Shmem:  20 kB\n"
                             "SwapPss:   8 kB\n"),
            128U * 1024);
  EXPECT_EQ(shared_out_bytes("Rss:    9000 kB\nPss:    5000 kB\n"), std::nullopt) << "an older kernel";
}

/// Processes that share what this test holds, as forks do.
class Holders {
 public:
  explicit Holders(int count) {
    for (int i = 0; i < count; ++i) {
      const int pid = ::fork();
      if (pid == 0)
        while (true) ::pause();
      pids_.push_back(pid);
    }
  }
  ~Holders() {
    for (const int pid : pids_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    if (memory_ != MAP_FAILED) ::munmap(memory_, size);
  }
  Holders(const Holders&) = delete;
  Holders& operator=(const Holders&) = delete;
  const std::vector<int>& pids() const { return pids_; }

  static constexpr std::size_t size = 256 * mib;

 private:
  /// Touched by the kernel, so that no sanitizer makes a shadow of it.
  void* memory_ =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  std::vector<int> pids_;
};

TEST(TreeBoundsTest, FindsWhatATreeHasTooMuch) {
  const Holders one(1);
  EXPECT_EQ(beyond(one.pids(), {64ull << 30, 10}), std::nullopt);
  EXPECT_EQ(beyond(one.pids(), {0, 0}), std::nullopt) << "no bounds";
  const auto excess = beyond(one.pids(), {64 * mib, 10});
  ASSERT_TRUE(excess);
  EXPECT_GE(excess->memory_bytes, Holders::size / 4) << "half of it at least is this test's, which shares it";
  EXPECT_EQ(excess->processes, 0U);
}

TEST(TreeBoundsTest, CountsWhatForksShareOnce) {
  const Holders four(4);
  const auto sum = 4 * Holders::size;
  // All four and this test have the same pages: 4/5 of them are the four's.
  EXPECT_EQ(beyond(four.pids(), {sum / 2, 0}), std::nullopt) << "the plain sum is twice as much";
  EXPECT_TRUE(beyond(four.pids(), {Holders::size / 2, 0}));
}

TEST(TreeBoundsTest, CountsProcesses) {
  const std::vector<int> many{1, 2, 3};
  EXPECT_EQ(beyond(many, {0, 2}), (TreeExcess{0, 3}));
  EXPECT_EQ(beyond(many, {0, 3}), std::nullopt);
}

TEST(TreeBoundsTest, AProcessThatIsGoneHoldsNothing) {
  const std::vector<int> gone{1 << 30};
  EXPECT_EQ(beyond(gone, {1, 0}), std::nullopt);
}

}  // namespace
}  // namespace bftp::processes
