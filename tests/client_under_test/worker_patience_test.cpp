#include <gtest/gtest.h>

#include "client_under_test/worker/patience.hpp"

namespace bftp::client::worker::worker_patience_test {
namespace {

using protocol::TransferError;
using protocol::WorkerRecord;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t limit = 30 * second;

WorkerRecord ended(TransferError error) {
  WorkerRecord record;
  record.error = error;
  if (error == TransferError::none) record.transfer_ns = 1;
  return record;
}

TEST(Patience, TwoTransfersGetTheirWholeDeadline) {
  Patience patience(limit);
  EXPECT_EQ(patience.silence_ns(), limit);
  patience.note(ended(TransferError::none), 1);
  patience.note(ended(TransferError::deadline), limit);
  EXPECT_FALSE(patience.is_short());
  patience.note(ended(TransferError::deadline), limit);
  EXPECT_TRUE(patience.is_short());
  EXPECT_EQ(patience.silence_ns(), second);
}

TEST(Patience, WhereNothingEverCameTheSecondGetsASixth) {
  Patience patience(limit);
  patience.note(ended(TransferError::deadline), limit);
  EXPECT_EQ(patience.silence_ns(), 5 * second);
  patience.note(ended(TransferError::deadline), 5 * second);
  EXPECT_EQ(patience.silence_ns(), second);
}

TEST(Patience, ASlowStartIsForgivenOnceSomethingComes) {
  Patience patience(limit);
  patience.note(ended(TransferError::deadline), limit);
  patience.note(ended(TransferError::none), 4 * second);
  EXPECT_EQ(patience.silence_ns(), limit);
}

TEST(Patience, ASlowServerIsGivenWhatItHasNeeded) {
  Patience patience(limit);
  patience.note(ended(TransferError::none), 3 * second);
  for (int i = 0; i < 2; ++i) patience.note(ended(TransferError::deadline), limit);
  EXPECT_EQ(patience.silence_ns(), 12 * second);
  patience.note(ended(TransferError::none), 20 * second);
  EXPECT_EQ(patience.silence_ns(), limit);
}

TEST(Patience, FailuresThatCostNoTimeShortenNothing) {
  Patience patience(limit);
  for (const auto error : {TransferError::refused, TransferError::connect_failed, TransferError::reset,
                           TransferError::closed_early, TransferError::wrong_size})
    for (int i = 0; i < 5; ++i) patience.note(ended(error), second / 1000);
  EXPECT_EQ(patience.silence_ns(), limit);
  EXPECT_EQ(patience.rest_ns(), second);
}

TEST(Patience, BytesThatWereAnnouncedInVainAreNotAwaitedAgainAndAgain) {
  Patience patience(limit);
  EXPECT_EQ(patience.rest_ns(), second);
  for (int i = 0; i < 2; ++i) patience.note(ended(TransferError::wrong_size), second);
  EXPECT_LT(patience.rest_ns(), second / 10);
  EXPECT_EQ(patience.silence_ns(), limit);
}

TEST(Patience, NeverExceedsAShortDeadline) {
  Patience patience(second / 20);
  EXPECT_EQ(patience.rest_ns(), second / 20);
  for (int i = 0; i < 2; ++i) patience.note(ended(TransferError::deadline), second / 20);
  EXPECT_EQ(patience.silence_ns(), second / 20);
}

}  // namespace
}  // namespace bftp::client::worker::worker_patience_test
