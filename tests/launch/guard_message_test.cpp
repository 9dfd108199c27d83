#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "harness/launch/guard/packet_socket.hpp"

namespace bftp::launch::guard {
namespace {

using namespace std::chrono_literals;
using protocol::Deadline;

std::vector<Message> one_of_each() {
  return {Spawn{7, "/bin/sh", "/", {0, 3}, {1, 2}, {"sh", "", "a b\nc"}, {"A=1", "B="}},
          Signal{12, 15},
          KillAll{500},
          Hello{"/v2", "/v1", "/pids", true},
          Spawned{7, 12},
          SpawnFailed{7, SpawnStep::folder, 2},
          TreeExcess{1ull << 33, 0},
          TreeExcess{0, 5000},
          Ended{12, -1, 9},
          Killed{3}};
}

TEST(GuardMessageTest, ComesBackAsItWasSent) {
  for (const auto& message : one_of_each()) {
    const auto parsed = parse(encode(message));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_TRUE(*parsed == message) << encode(message);
  }
}

TEST(GuardMessageTest, RefusesEveryBrokenMessage) {
  for (const auto& message : one_of_each()) {
    const auto text = encode(message);
    for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(parse(text.substr(0, size)));
    EXPECT_FALSE(parse(text + "x"));
  }
  EXPECT_FALSE(parse(std::string("signal\0x\0y\0", 11)));
  EXPECT_FALSE(
      parse(std::string("spawn\0"
                        "1\0/f\0/\0"
                        "99999999\0",
                        21)));
}

class PacketSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    one_.reset(ends[0]);
    other_.reset(ends[1]);
  }
  protocol::UniqueFd one_, other_;
};

TEST_F(PacketSocketTest, CarriesDescriptors) {
  const std::array<int, 3> descriptors{0, 1, 2};
  ASSERT_TRUE(send_packet(one_.get(), Spawned{1, 2}, descriptors, Deadline::after(5s)));
  const auto packet = receive_packet(other_.get(), Deadline::after(5s));
  ASSERT_TRUE(packet) << packet.error().message;
  EXPECT_EQ(packet->descriptors.size(), 3u);
  EXPECT_EQ(std::get<Spawned>(packet->message), (Spawned{1, 2}));
}

TEST_F(PacketSocketTest, KeepsItsDeadline) {
  const auto packet = receive_packet(other_.get(), Deadline::after(1ms));
  ASSERT_FALSE(packet);
  EXPECT_EQ(packet.error().kind, protocol::ErrorKind::deadline);
}

TEST_F(PacketSocketTest, SeesThatTheOtherSideIsGone) {
  one_.reset();
  const auto packet = receive_packet(other_.get(), Deadline::after(5s));
  ASSERT_FALSE(packet);
  EXPECT_EQ(packet.error().kind, protocol::ErrorKind::closed);
  const auto sent = send_packet(other_.get(), Killed{0}, {}, Deadline::after(5s));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, protocol::ErrorKind::reset);
}

TEST_F(PacketSocketTest, RefusesACommandLineThatIsTooLong) {
  const auto sent = send_packet(one_.get(), Spawn{1, std::string(message_size_max, 'x'), "/", {}, {}, {}, {}},
                                {}, Deadline::after(5s));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, protocol::ErrorKind::too_long);
}

}  // namespace
}  // namespace bftp::launch::guard
