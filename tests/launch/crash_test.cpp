#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "protocol/unique_fd.hpp"
#include "tests/launch/helpers/survivors.hpp"
#include "tests/temporary_folder.hpp"

// What is left of a harness that dies: nothing. A whole harness runs in a process of its own and is killed.
namespace bftp::launch {
namespace {

using namespace std::chrono_literals;

struct CrashCase {
  const char* habit;
  int signal;
};

void PrintTo(const CrashCase& value, std::ostream* out) {
  *out << value.habit << " signal " << value.signal;
}

/// A child process that runs the test harness; its standard output comes to us.
class HarnessProcess {
 public:
  HarnessProcess(const std::string& folder, const std::string& habit) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    output_.reset(ends[0]);
    const protocol::UniqueFd writing(ends[1]);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::dup2(writing.get(), STDOUT_FILENO);
    ::execl(TEST_HARNESS, TEST_HARNESS, GUARD, folder.c_str(), TEST_SERVER, habit.c_str(), "{port}", nullptr);
    ::_exit(127);
  }
  ~HarnessProcess() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  HarnessProcess(const HarnessProcess&) = delete;
  HarnessProcess& operator=(const HarnessProcess&) = delete;

  int pid() const { return pid_; }

  bool wait_until_ready() {
    std::string text;
    while (text.find("ready\n") == std::string::npos) {
      pollfd entry{output_.get(), POLLIN, 0};
      std::array<char, 512> part{};
      if (::poll(&entry, 1, 20'000) <= 0) return false;
      const ssize_t size = ::read(output_.get(), part.data(), part.size());
      if (size <= 0) return false;
      text.append(part.data(), static_cast<std::size_t>(size));
    }
    return true;
  }

  void die_by(int signal) {
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  protocol::UniqueFd output_;
  int pid_ = -1;
};

class CrashTest : public testing::TestWithParam<CrashCase> {};

TEST_P(CrashTest, NothingOutlivesTheHarness) {
  const TemporaryFolder folder;
  HarnessProcess harness(folder.path(), GetParam().habit);
  ASSERT_TRUE(harness.wait_until_ready());
  const auto everybody = tree_of(harness.pid());
  EXPECT_GE(everybody.size(), 5u) << "two guards, a server, two shells";
  harness.die_by(GetParam().signal);
  EXPECT_TRUE(all_gone(everybody, 20s));
}

INSTANTIATE_TEST_SUITE_P(Deaths, CrashTest,
                         testing::Values(CrashCase{"serve", SIGKILL}, CrashCase{"serve", SIGTERM},
                                         CrashCase{"serve", SIGINT}, CrashCase{"escape", SIGKILL},
                                         CrashCase{"daemon", SIGKILL}, CrashCase{"fork50", SIGABRT},
                                         CrashCase{"ignore_term", SIGKILL}));

}  // namespace
}  // namespace bftp::launch
