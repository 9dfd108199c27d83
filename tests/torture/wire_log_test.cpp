#include "harness/torture/wire_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace bftp::torture {
namespace {

using std::chrono::milliseconds;

TEST(Escaped, ShowsEveryByteAndCutsLongTexts) {
  EXPECT_EQ(escaped(std::string("a\n\r\t\0\"\\\x1b\xff", 9)), "a\\n\\r\\t\\0\\\"\\\\\\x1b\\xff");
  EXPECT_EQ(escaped("abcdef", 4), "abcd... (2 more)");
}

TEST(WireLog, TellsWhatWentOverTheWire) {
  WireLog log(milliseconds(100));
  log.sent(milliseconds(100), "fra");
  log.paused(milliseconds(50));
  log.sent(milliseconds(150), std::string("me\0", 3));
  log.received(milliseconds(151), "bytes");
  log.said(milliseconds(152), "the server closed (FIN)");
  EXPECT_THAT(log.lines(), ::testing::ElementsAre(
                               "    0 ms  sent 3 bytes: \"fra\"", "   50 ms  sent 3 bytes: \"me\\0\"",
                               "   51 ms  received 5 bytes: \"bytes\"", "   52 ms  the server closed (FIN)"));
  EXPECT_EQ(log.command(), "(printf 'fra'; sleep 0.05; printf 'me\\000') | nc 127.0.0.1 12345");
}

TEST(WireLog, IsBounded) {
  WireLog log(milliseconds(0));
  for (int i = 0; i < 1'000; ++i) log.sent(milliseconds(i), std::string(500, 'x'));
  EXPECT_EQ(log.lines().size(), WireLog::lines_max + 1);
  EXPECT_THAT(log.lines(), ::testing::Contains("          (976 more lines)"));
  EXPECT_THAT(log.lines().back(), ::testing::HasSubstr("  999 ms"));
  EXPECT_EQ(log.command(), "") << "nobody pastes that";
}

TEST(WireLog, CountsWhatWentEitherWay) {
  using std::chrono::microseconds;
  WireLog log(microseconds(1'000));
  log.said(microseconds(1'000), "connected");
  log.sent(microseconds(1'250), "12345");
  log.received(microseconds(1'500), "123");
  log.moved(microseconds(2'000), 0, 100);
  log.said(microseconds(3'000), "the server closed (FIN)");
  const std::vector<record::WirePoint> expected = {
      {0, 0, 0}, {0.00025, 5, 0}, {0.0005, 5, 3}, {0.001, 5, 103}, {0.002, 5, 103}};
  EXPECT_EQ(log.flow(), expected);
}

TEST(WireLog, KeepsEveryByteInABoundedFlow) {
  WireLog log(milliseconds(0));
  for (int i = 0; i < 1'000; ++i) log.sent(milliseconds(i), "ab");
  const auto flow = log.flow();
  EXPECT_LE(flow.size(), WireLog::flow_points_max);
  EXPECT_GE(flow.size(), WireLog::flow_points_max / 2);
  EXPECT_EQ(flow.front().sent, 2u);
  EXPECT_EQ(flow.back(), (record::WirePoint{0.999, 2'000, 0}));
  EXPECT_TRUE(std::ranges::is_sorted(flow, {}, &record::WirePoint::sent));
}

TEST(WireLog, QuotesForTheShell) {
  WireLog log(milliseconds(0));
  log.sent(milliseconds(0), "it's 100% \\ \n");
  EXPECT_EQ(log.command(), "(printf 'it\\047s 100\\045 \\134 \\n') | nc 127.0.0.1 12345");
}

TEST(WireLog, LeavesPrintfNoOption) {
  WireLog log(milliseconds(0));
  log.sent(milliseconds(0), "-0000005-");
  EXPECT_EQ(log.command(), "(printf '\\0550000005-') | nc 127.0.0.1 12345");
}

TEST(WireLogTest, CommandsNameTheServerThatWasTried) {
  WireLog log(milliseconds(0), "10.0.0.7 21");
  log.held(milliseconds(1), "");
  log.begin();
  log.sent(milliseconds(2), "a");
  EXPECT_EQ(log.command(), "(sleep 60) | nc 10.0.0.7 21 | sleep 60 & sleep 1; (printf 'a') | nc 10.0.0.7 21");
}

}  // namespace
}  // namespace bftp::torture
