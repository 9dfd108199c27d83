#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <vector>

#include "harness/measure/close_wait.hpp"
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

TEST(CloseWaitTest, ReadsProcNet) {
  const auto found = parse_close_wait(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:07D0 0100007F:9C40 08 00000000:00000001 00:00000000 00000000  1000        0 4711 1 0 "
      "20 4\n"
      "   1: 0100007F:07D0 0100007F:9C41 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 "
      "20 4\n"
      "broken line\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].local_port, 2000);
  EXPECT_EQ(found[0].inode, 4711u);
}

/// Bounded look at the kernel's table: the peer's FIN is on its way.
bool shows_close_wait(std::uint16_t port) {
  for (const auto limit = protocol::Deadline::after(10s); !limit.expired();) {
    const auto found = close_wait_sockets();
    if (!found) return false;
    for (const auto& socket : *found)
      if (socket.local_port == port && socket.inode != 0) return true;
  }
  return false;
}

TEST(CloseWaitTest, FindsARealOne) {
  const auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  auto client = protocol::connect_to(listener->endpoint, protocol::Deadline::after(10s));
  ASSERT_TRUE(client);
  const protocol::UniqueFd accepted(::accept(listener->fd.get(), nullptr, nullptr));
  client->close();
  EXPECT_TRUE(shows_close_wait(listener->endpoint.port));
}

}  // namespace
}  // namespace bftp::measure
