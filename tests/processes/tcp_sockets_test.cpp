#include "processes/tcp_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <chrono>
#include <string_view>

namespace bftp::processes {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view tcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:5BA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41234 1 0 "
    "100 0\n"
    "   1: 0100007F:5BA0 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 41235 1 0 "
    "20 4\n"
    "   2: 0100007F:07D0 0100007F:9C40 08 00000000:00000001 00:00000000 00000000  1000        0 4711 1 0 "
    "20 4\n";
constexpr std::string_view tcp6 =
    "   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 "
    "00:00000000 00000000     0        0 777 1 0 100 0\n";

TEST(TcpSocketsTest, ReadsTheSocketsOfAStateFromProcNet) {
  EXPECT_THAT(parse_proc_net(tcp, TcpState::listen),
              ElementsAre(TcpSocket{{"127.0.0.1", 23456}, 41234, false}));
  EXPECT_THAT(parse_proc_net(tcp, TcpState::close_wait),
              ElementsAre(TcpSocket{{"127.0.0.1", 2000}, 4711, false}));
  EXPECT_THAT(parse_proc_net(tcp6, TcpState::listen), ElementsAre(TcpSocket{{"::1", 8080}, 777, false}));
  EXPECT_THAT(parse_proc_net(tcp6, TcpState::close_wait), IsEmpty());
}

TEST(TcpSocketsTest, LeavesOutLinesOfAnotherForm) {
  EXPECT_THAT(parse_proc_net("", TcpState::listen), IsEmpty());
  EXPECT_THAT(parse_proc_net("garbage\n0A 0A 0A 0A\n", TcpState::listen), IsEmpty());
  EXPECT_THAT(parse_proc_net("0: 0100007F 0:0 0A 0:0 0:0 0 0 0 1 1\n", TcpState::listen), IsEmpty());
  EXPECT_THAT(parse_proc_net("\n\n \n", TcpState::listen), IsEmpty());
}

TEST(TcpSocketsTest, FindsAListeningSocketOfOurOwn) {
  const auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  struct stat about {};
  ASSERT_EQ(::fstat(listener->fd.get(), &about), 0);
  const auto listening = tcp_sockets(TcpState::listen);
  ASSERT_TRUE(listening);
  EXPECT_THAT(*listening, testing::Contains(TcpSocket{listener->endpoint, about.st_ino, false}));
}

/// Bounded look at the kernel's table: the peer's FIN is on its way.
bool shows_close_wait(std::uint16_t port) {
  for (const auto limit = protocol::Deadline::after(10s); !limit.expired();) {
    const auto found = tcp_sockets(TcpState::close_wait);
    if (!found) return false;
    for (const auto& socket : *found)
      if (socket.local.port == port && socket.inode != 0) return true;
  }
  return false;
}

TEST(TcpSocketsTest, FindsASocketInCloseWait) {
  const auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  auto client = protocol::connect_to(listener->endpoint, protocol::Deadline::after(10s));
  ASSERT_TRUE(client);
  const protocol::UniqueFd accepted(::accept(listener->fd.get(), nullptr, nullptr));
  client->close();
  EXPECT_TRUE(shows_close_wait(listener->endpoint.port));
}

}  // namespace
}  // namespace bftp::processes
