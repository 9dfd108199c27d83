#include "harness/cli/restart_trial.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "protocol/unique_fd.hpp"

namespace bftp::cli {
namespace {

class Loopback {
 public:
  Loopback() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_.get(), where(), sizeof address_), 0);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::getsockname(fd_.get(), where(), &size), 0);
  }
  int fd() const { return fd_.get(); }
  sockaddr* where() { return reinterpret_cast<sockaddr*>(&address_); }
  std::uint16_t port() const { return ::ntohs(address_.sin_port); }
  void close() { fd_.reset(); }

 private:
  protocol::UniqueFd fd_;
  sockaddr_in address_{};
};

TEST(IsTaken, ByWhoListensAndByWhoHasAConnectionFromThere) {
  Loopback server, client;
  ASSERT_EQ(::listen(server.fd(), 1), 0);
  EXPECT_TRUE(is_taken(server.port()));
  EXPECT_FALSE(is_taken(client.port())) << "bound, and no more";
  ASSERT_EQ(::connect(client.fd(), server.where(), sizeof(sockaddr_in)), 0);
  EXPECT_TRUE(is_taken(client.port()));
}

/// Without SO_REUSEADDR on the first listener nobody can listen there for a minute, and nobody else has it.
TEST(IsTaken, NotByAConnectionInTimeWait) {
  Loopback server, client;
  ASSERT_EQ(::listen(server.fd(), 1), 0);
  ASSERT_EQ(::connect(client.fd(), server.where(), sizeof(sockaddr_in)), 0);
  {
    const protocol::UniqueFd accepted(::accept(server.fd(), nullptr, nullptr));
    ASSERT_TRUE(accepted);
    server.close();
  }
  client.close();
  EXPECT_FALSE(is_taken(server.port()));
}

}  // namespace
}  // namespace bftp::cli
