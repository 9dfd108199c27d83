#include "server_under_test/splice_pipe.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace bftp::server::testing {
namespace {

using protocol::UniqueFd;

struct Sockets {
  Sockets() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    client = UniqueFd(ends[0]);
    server = UniqueFd(ends[1]);
  }
  void send(const std::string& bytes) const {
    ASSERT_EQ(::send(client.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  UniqueFd client;
  UniqueFd server;
};

/// A file in memory that takes `size` bytes and no more.
UniqueFd file_of(const std::string& content, bool may_grow) {
  UniqueFd file(::memfd_create("file", MFD_ALLOW_SEALING | MFD_CLOEXEC));
  EXPECT_EQ(::write(file.get(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
  if (!may_grow) {
    EXPECT_EQ(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_GROW), 0);
  }
  return file;
}

std::string content_of(const UniqueFd& file) {
  std::string content(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(file.get(), content.data(), content.size(), 0), static_cast<ssize_t>(content.size()));
  return content;
}

TEST(SplicePipe, MovesWhatASocketHasBehindTheFilesPosition) {
  const Sockets sockets;
  SplicePipe pipe;
  ASSERT_TRUE(pipe.is_usable());
  const auto file = file_of("begin,", true);
  sockets.send("middle,end");
  ASSERT_EQ(pipe.fill(sockets.server.get(), 7), 7);  // no more than wanted
  EXPECT_EQ(pipe.empty_into(file.get(), 7), 7U);
  ASSERT_EQ(pipe.fill(sockets.server.get(), 100), 3);
  EXPECT_EQ(pipe.empty_into(file.get(), 3), 3U);
  EXPECT_EQ(content_of(file), "begin,middle,end");
}

TEST(SplicePipe, TellsSilenceFromTheEnd) {
  Sockets sockets;
  SplicePipe pipe;
  EXPECT_EQ(pipe.fill(sockets.server.get(), 100), -1);
  EXPECT_EQ(errno, EAGAIN);
  sockets.client.reset();
  EXPECT_EQ(pipe.fill(sockets.server.get(), 100), 0);
}

TEST(SplicePipe, GivesBackWhatAFileDoesNotTake) {
  const Sockets sockets;
  SplicePipe pipe;
  const auto file = file_of("full", false);
  sockets.send("too much");
  ASSERT_EQ(pipe.fill(sockets.server.get(), 100), 8);
  EXPECT_EQ(pipe.empty_into(file.get(), 8), 0U);
  std::array<std::byte, 5> part{};
  EXPECT_EQ(pipe.read(part), 5U);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(part.data()), 5), "too m");
  EXPECT_EQ(pipe.read(part), 3U);
  EXPECT_EQ(pipe.read(part), 0U);  // empty again
  EXPECT_EQ(content_of(file), "full");
}

}  // namespace
}  // namespace bftp::server::testing
