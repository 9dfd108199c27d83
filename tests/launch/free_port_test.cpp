#include "harness/launch/free_port.hpp"

#include <gtest/gtest.h>

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
  EXPECT_FALSE(port_is_free(listener->endpoint.port));
}

}  // namespace
}  // namespace bftp::launch
