#include "harness/launch/readiness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace bftp::launch {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::uint16_t wished_port = 23456;
constexpr std::uint64_t ours = 11, strangers = 99;

StartWish wish() {
  return {{"127.0.0.1", wished_port}, true, 20s};
}

StartSnapshot listening_at(const protocol::Endpoint& endpoint, std::uint64_t inode = ours) {
  StartSnapshot now;
  now.since_start = 1500ms;
  now.listening = {{endpoint, inode, false}};
  now.held = {ours};
  return now;
}

std::string failure(const StartState& state, StartFault fault) {
  const auto* failed = std::get_if<StartFailed>(&state);
  if (failed == nullptr) return "did not fail";
  EXPECT_EQ(static_cast<int>(failed->fault), static_cast<int>(fault)) << failed->message;
  return failed->message;
}

bool waits(const StartState& state) {
  return std::holds_alternative<StartWait>(state);
}

TEST(ReadinessTest, WaitsWhileNobodyListens) {
  EXPECT_TRUE(waits(judge_start({}, wish())));
}

TEST(ReadinessTest, IsReadyWhenTheTreeHoldsTheWishedSocket) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1"}) {
    const auto state = judge_start(listening_at({host, wished_port}), wish());
    ASSERT_TRUE(std::holds_alternative<StartReady>(state)) << host;
    EXPECT_EQ(std::get<StartReady>(state).endpoint, (protocol::Endpoint{"127.0.0.1", wished_port}));
    EXPECT_FALSE(std::get<StartReady>(state).daemonised);
  }
}

TEST(ReadinessTest, IsNotReadyByAStrangersSocket) {
  EXPECT_TRUE(waits(judge_start(listening_at({"127.0.0.1", wished_port}, strangers), wish())));
}

TEST(ReadinessTest, NamesTheStrangerOnceTheServerHasGivenUp) {
  auto now = listening_at({"127.0.0.1", wished_port}, strangers);
  now.exited = ExitStatus{1, {}};
  now.tree_alive = false;
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::port_taken),
              HasSubstr("another process took port 23456"));
}

TEST(ReadinessTest, TrustsAServerThatLetsNobodyLook) {
  auto now = listening_at({"0.0.0.0", wished_port}, strangers);
  now.held.clear();
  now.held_whole = false;
  EXPECT_TRUE(std::holds_alternative<StartReady>(judge_start(now, wish())));
}

TEST(ReadinessTest, RecognisesADaemonByItsParentsExit) {
  auto now = listening_at({"127.0.0.1", wished_port});
  now.exited = ExitStatus{0, {}};
  const auto state = judge_start(now, wish());
  ASSERT_TRUE(std::holds_alternative<StartReady>(state));
  EXPECT_TRUE(std::get<StartReady>(state).daemonised);
}

TEST(ReadinessTest, WaitsForADaemonThatListensLater) {
  StartSnapshot now;
  now.exited = ExitStatus{0, {}};
  EXPECT_TRUE(waits(judge_start(now, wish())));
}

TEST(ReadinessTest, TellsHowAServerEnded) {
  StartSnapshot now;
  now.tree_alive = false;
  now.exited = ExitStatus{{}, SIGSEGV};
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::exited),
              AllOf(HasSubstr("was ended by signal 11 (SIGSEGV) at once"), HasSubstr("127.0.0.1:23456")));
  now.exited = ExitStatus{.code = {}, .signal = {}, .guard_lost = true};
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::exited), HasSubstr("killed the guard process"));
  now.exited = ExitStatus{.code = {},
                          .signal = SIGKILL,
                          .excess = record::Excess{record::Bounded::memory, 3ull << 30, 2ull << 30}};
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::exited),
              AllOf(HasSubstr("the server had 3.0 GiB of memory"), HasSubstr("server.memory_max")));
  now.exited = ExitStatus{2, {}};
  now.since_start = 3200ms;
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::exited),
              HasSubstr("ended with exit status 2 after 3.2 s"));
}

TEST(ReadinessTest, GivesUpAtTheDeadline) {
  StartSnapshot now;
  now.since_start = 20s;
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::never), HasSubstr("within 20 s"));
}

TEST(ReadinessTest, SaysWhereTheServerListensInstead) {
  auto now = listening_at({"0.0.0.0", 8080});
  EXPECT_TRUE(waits(judge_start(now, wish()))) << "it may open the wished port next";
  now.elsewhere_for = 5s;
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::elsewhere),
              AllOf(HasSubstr("listens on 0.0.0.0:8080, not on 127.0.0.1:23456"), HasSubstr("{port}")));
}

TEST(ReadinessTest, SaysThatTheHostIsWrong) {
  auto now = listening_at({"::1", wished_port});
  now.since_start = 20s;
  EXPECT_THAT(failure(judge_start(now, wish()), StartFault::wrong_host), HasSubstr("[::1]:23456"));
}

TEST(ReadinessTest, TakesAnyPortOfACommandWithoutPort) {
  auto any = wish();
  any.port_given = false;
  any.endpoint.port = 0;
  const auto state = judge_start(listening_at({"0.0.0.0", 8080}), any);
  ASSERT_TRUE(std::holds_alternative<StartReady>(state));
  EXPECT_EQ(std::get<StartReady>(state).endpoint.text(), "127.0.0.1:8080");
  const auto other = judge_start(listening_at({"::1", 8080}), any);
  ASSERT_TRUE(std::holds_alternative<StartReady>(other));
  EXPECT_EQ(std::get<StartReady>(other).endpoint.text(), "[::1]:8080");
}

TEST(ReadinessTest, GoesByTheAnnouncementAmongSeveralPorts) {
  auto any = wish();
  any.port_given = false;
  auto now = listening_at({"127.0.0.1", 8080});
  now.listening.push_back({{"127.0.0.1", 9090}, ours, false});
  EXPECT_TRUE(waits(judge_start(now, any)));
  now.announced = "127.0.0.1:9090";
  const auto state = judge_start(now, any);
  ASSERT_TRUE(std::holds_alternative<StartReady>(state));
  EXPECT_EQ(std::get<StartReady>(state).endpoint.port, 9090);
  now.announced.clear();
  now.since_start = 20s;
  EXPECT_THAT(failure(judge_start(now, any), StartFault::several_ports), HasSubstr("8080, 127.0.0.1:9090"));
}

TEST(ReadinessTest, IsNotFooledByAnAnnouncementAlone) {
  auto any = wish();
  any.port_given = false;
  StartSnapshot now;
  now.announced = "127.0.0.1:9090";
  EXPECT_TRUE(waits(judge_start(now, any)));
}

}  // namespace
}  // namespace bftp::launch
