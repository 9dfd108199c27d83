#include "protocol/deadline.hpp"

#include <gtest/gtest.h>

namespace bftp::protocol {
namespace {

using namespace std::chrono_literals;

TEST(DeadlineTest, NeverHasNoBound) {
  EXPECT_TRUE(Deadline::never().is_never());
  EXPECT_FALSE(Deadline::never().expired());
  EXPECT_EQ(Deadline::never().poll_timeout_ms(), -1);
  EXPECT_EQ(Deadline::never().remaining(), Clock::duration::max());
}

TEST(DeadlineTest, InThePastIsExpiredAndLeavesNothing) {
  const auto past = Deadline::at(Clock::now() - 1s);
  EXPECT_TRUE(past.expired());
  EXPECT_EQ(past.remaining(), Clock::duration::zero());
  EXPECT_EQ(past.poll_timeout_ms(), 0);
}

TEST(DeadlineTest, RoundsUpAndStaysWithinOneHourForPoll) {
  EXPECT_GE(Deadline::after(10s).poll_timeout_ms(), 1);
  EXPECT_LE(Deadline::after(10s).poll_timeout_ms(), 10'000);
  EXPECT_EQ(Deadline::after(100h).poll_timeout_ms(), 3'600'000);
}

}  // namespace
}  // namespace bftp::protocol
