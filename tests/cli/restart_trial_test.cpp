#include "harness/cli/restart_trial.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "protocol/unique_fd.hpp"

namespace bftp::cli {
namespace {

TEST(CanBeHad, IsFalseWhereSomebodyListens) {
  const protocol::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(fd.get(), 1), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_FALSE(can_be_had({.host = "127.0.0.1", .port = ::ntohs(address.sin_port)}));
  EXPECT_TRUE(can_be_had({.host = "127.0.0.1", .port = 0}));
  EXPECT_FALSE(can_be_had({.host = "no such host", .port = 0}));
}

}  // namespace
}  // namespace bftp::cli
