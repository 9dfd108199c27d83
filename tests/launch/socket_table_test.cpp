#include "harness/launch/socket_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace bftp::launch {
namespace {

TEST(SocketTableTest, ReadsListeningSocketsOfProcNet) {
  constexpr std::string_view v4 =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:5BA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41234 1 0 "
      "100 0\n"
      "   1: 0100007F:5BA0 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 41235 1 0 "
      "20 4\n";
  constexpr std::string_view v6 =
      "   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 "
      "00:00000000 00000000     0        0 777 1 0 100 0\n";
  EXPECT_THAT(parse_proc_net(v4), testing::ElementsAre(ListenSocket{{"127.0.0.1", 23456}, 41234, false}));
  EXPECT_THAT(parse_proc_net(v6), testing::ElementsAre(ListenSocket{{"::1", 8080}, 777, false}));
  EXPECT_TRUE(parse_proc_net("garbage\n0A 0A 0A 0A\n").empty());
}

TEST(SocketTableTest, KnowsWhatAClientReaches) {
  const auto listens = [](const char* host, bool only = false) {
    return ListenSocket{{host, 80}, 1, only};
  };
  EXPECT_TRUE(reaches({"127.0.0.1", 80}, listens("127.0.0.1")));
  EXPECT_TRUE(reaches({"127.0.0.1", 80}, listens("0.0.0.0")));
  EXPECT_TRUE(reaches({"127.0.0.1", 80}, listens("::")));
  EXPECT_TRUE(reaches({"localhost", 80}, listens("127.0.0.1")));
  EXPECT_TRUE(reaches({"::1", 80}, listens("::", true)));
  EXPECT_FALSE(reaches({"127.0.0.1", 80}, listens("::", true)));
  EXPECT_FALSE(reaches({"127.0.0.1", 81}, listens("127.0.0.1")));
  EXPECT_FALSE(reaches({"127.0.0.1", 80}, listens("127.0.0.2")));
  EXPECT_FALSE(reaches({"::1", 80}, listens("0.0.0.0")));
}

TEST(SocketTableTest, FindsASocketOfOurOwn) {
  const auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  struct stat about {};
  ASSERT_EQ(::fstat(listener->fd.get(), &about), 0);
  const auto table = make_socket_table();
  const auto listening = table->listening();
  ASSERT_TRUE(listening);
  EXPECT_THAT(*listening, testing::Contains(ListenSocket{listener->endpoint, about.st_ino, false}));
  const auto held = table->held_by(std::array{static_cast<int>(::getpid())});
  EXPECT_TRUE(held.inodes.contains(about.st_ino));
  EXPECT_TRUE(held.whole);
}

TEST(SocketTableTest, TellsAnIpv6OnlySocket) {
  const auto listener = protocol::listen_on({"::1", 0});
  if (!listener) return;  // a machine without IPv6 has nothing to tell
  const auto listening = make_socket_table()->listening();
  ASSERT_TRUE(listening);
  EXPECT_TRUE(std::any_of(listening->begin(), listening->end(),
                          [&](const ListenSocket& socket) { return socket.endpoint == listener->endpoint; }));
}

}  // namespace
}  // namespace bftp::launch
