#include <gtest/gtest.h>

#include "client_under_test/worker/excess.hpp"

namespace bftp::client::worker {
namespace {

constexpr std::int64_t second = 1'000'000'000;

TEST(WorkerExcess, BeginsOnlyBeyondTheFixture) {
  Excess excess(1000, Patience(30 * second));
  excess.took(999, true, 0);
  EXPECT_EQ(excess.within(5 * second), 5 * second);
  excess.took(1000, false, 0);
  EXPECT_EQ(excess.within(5 * second), 5 * second) << "the whole file, and nothing more is due";
  EXPECT_FALSE(excess.is_enough(100 * second));
}

TEST(WorkerExcess, IsTakenForOneTimeInAllHoweverItTrickles) {
  for (const bool announced : {true, false}) {
    Excess excess(1000, Patience(30 * second));
    excess.took(announced ? 1000 : 1001, announced, 2 * second);
    EXPECT_EQ(excess.within(30 * second), 3 * second);
    EXPECT_EQ(excess.within(second), second) << "never longer than the transfer's own deadline";
    excess.took(1002, announced, 2'900'000'000);
    EXPECT_FALSE(excess.is_enough(2'999'999'999));
    EXPECT_TRUE(excess.is_enough(3 * second));
    EXPECT_EQ(excess.wanted_bytes(), 1000u) << "what is too much earns no time";
  }
}

TEST(WorkerExcess, IsBoundInBytesToo) {
  Excess excess(1000, Patience(30 * second));
  excess.took(1000 + Excess::bytes_max, false, 0);
  EXPECT_FALSE(excess.is_enough(0));
  excess.took(1001 + Excess::bytes_max, false, 0);
  EXPECT_TRUE(excess.is_enough(0));
}

TEST(WorkerExcess, IsShortOnceItWasTwiceInVain) {
  Patience patience(30 * second);
  protocol::WorkerRecord record;
  record.error = protocol::TransferError::too_long;
  patience.note(record, second);
  patience.note(record, second);
  Excess excess(0, patience);
  excess.took(1, false, 0);
  EXPECT_EQ(excess.within(second), 10'000'000);
}

}  // namespace
}  // namespace bftp::client::worker
