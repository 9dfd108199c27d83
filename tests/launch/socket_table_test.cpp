#include "harness/launch/socket_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace bftp::launch {
namespace {

TEST(SocketTableTest, KnowsWhatAClientReaches) {
  const auto listens = [](const char* host, bool only = false) {
    return TcpSocket{{host, 80}, 1, only};
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
  EXPECT_THAT(*listening, testing::Contains(TcpSocket{listener->endpoint, about.st_ino, false}));
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
                          [&](const TcpSocket& socket) { return socket.local == listener->endpoint; }));
}

}  // namespace
}  // namespace bftp::launch
