#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <vector>

#include "harness/measure/proc_files.hpp"
#include "protocol/connection.hpp"

namespace bftp::measure {
namespace {

using namespace std::chrono_literals;

TEST(LinuxProcFilesTest, CountsDescriptors) {
  const auto files = make_proc_files();
  const auto folder = files->open_folder("/proc/self/fd");
  ASSERT_TRUE(folder);
  const auto before = folder->entries();
  ASSERT_TRUE(before);
  std::vector<protocol::UniqueFd> more;
  for (int i = 0; i < 10; ++i) more.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(folder->entries(), *before + 10);
}

TEST(LinuxProcFilesTest, ReadsAgainAndSeesAnEnd) {
  const auto files = make_proc_files();
  const int child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const auto stat = files->open("/proc/" + std::to_string(child) + "/stat");
  ASSERT_TRUE(stat);
  std::array<char, 1024> buffer{};
  EXPECT_TRUE(stat->read(buffer));
  EXPECT_TRUE(stat->read(buffer));
  EXPECT_TRUE(files->cpu_clock_s(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(stat->read(buffer));
  EXPECT_FALSE(files->cpu_clock_s(child));
}

TEST(LinuxProcFilesTest, ReadsLongFilesWhole) {
  const auto text = make_proc_files()->read("/proc/self/maps");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->ends_with('\n'));
  EXPECT_NE(text->find("[stack]"), std::string::npos);
  EXPECT_FALSE(make_proc_files()->read("/no/such/file"));
}

}  // namespace
}  // namespace bftp::measure
