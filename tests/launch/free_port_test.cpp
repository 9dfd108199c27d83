#include "harness/launch/free_port.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <set>
#include <vector>

#include "protocol/connection.hpp"

namespace bftp::launch {
namespace {

TEST(FreePortTest, GivesEachPortOnce) {
  std::vector<FreePort> ports;
  std::set<std::uint16_t> numbers;
  for (int i = 0; i < 50; ++i) {
    auto port = choose_free_port();
    ASSERT_TRUE(port) << port.error().message;
    EXPECT_TRUE(numbers.insert(port->number).second);
    EXPECT_TRUE(port->reservation);
    ports.push_back(std::move(*port));
  }
}

TEST(FreePortTest, SeesAListener) {
  const auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  EXPECT_FALSE(port_is_free(listener->endpoint.port, PortTest::strict));
  EXPECT_FALSE(port_is_free(listener->endpoint.port, PortTest::lenient));
}

TEST(FreePortTest, TimeWaitIsInTheWayOfAPlainBindOnly) {
  auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  auto client = protocol::connect_to(listener->endpoint, protocol::Deadline::after(std::chrono::seconds(10)));
  ASSERT_TRUE(client);
  protocol::UniqueFd accepted(::accept(listener->fd.get(), nullptr, nullptr));
  accepted.reset();  // the server closes first, so its side goes into TIME_WAIT
  std::array<std::byte, 1> byte{};
  EXPECT_TRUE(client->receive_some(byte, protocol::Deadline::after(std::chrono::seconds(10))));
  client->close();
  listener->fd.reset();
  EXPECT_FALSE(port_is_free(listener->endpoint.port, PortTest::strict));
  EXPECT_TRUE(port_is_free(listener->endpoint.port, PortTest::lenient));
}

}  // namespace
}  // namespace bftp::launch
