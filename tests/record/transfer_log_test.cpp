#include "harness/record/transfer_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace bftp::record {
namespace {

TransferRecord good(std::uint32_t iteration, std::uint16_t client = 0) {
  TransferRecord record;
  record.iteration = iteration;
  record.client = client;
  record.bytes = 10;
  record.transfer_ms = 1.0;
  record.identical = true;
  return record;
}

TEST(TransferLog, CountsByGroupAndKeepsFailuresWhole) {
  TransferLog log;
  log.add(good(0));
  TransferRecord different = good(1);
  different.identical = false;
  different.detail = "byte 3";
  log.add(different);
  TransferRecord broken = good(2);
  broken.identical.reset();
  broken.error = TransferError::reset;
  log.add(broken);

  const TransferCount count = log.total(Arm::server);
  EXPECT_EQ(count.transfers, 3u);
  EXPECT_EQ(count.identical, 1u);
  EXPECT_EQ(count.different, 1u);
  EXPECT_EQ(count.errors, 1u);
  EXPECT_EQ(count.bytes, 30u);
  EXPECT_EQ(log.failures_total(), 2u);
  ASSERT_EQ(log.failures().size(), 2u);
  EXPECT_EQ(log.failures()[0].detail, "byte 3");
  EXPECT_EQ(log.errors_by_kind(Arm::server)[static_cast<std::size_t>(TransferError::reset)], 1u);
  EXPECT_EQ(log.total(Arm::control).transfers, 0u);
  EXPECT_EQ(log.taken(Arm::server), count.transfers) << "one that broke off had begun";
  TransferRecord away;
  for (const auto error : {TransferError::refused, TransferError::connect_failed}) {
    away.error = error;
    log.add(away);
  }
  EXPECT_EQ(log.taken(Arm::server), count.transfers);
  EXPECT_EQ(log.taken(Arm::control), 0u);
}

TEST(TransferLog, WhatWasNotComparedIsNeitherIdenticalNorDifferent) {
  TransferLog log;
  TransferRecord unchecked = good(0);
  unchecked.identical.reset();
  log.add(unchecked);
  const TransferCount count = log.total(Arm::server);
  EXPECT_EQ(count.identical, 0u);
  EXPECT_EQ(count.different, 0u);
  EXPECT_EQ(count.unverified(), 1u);
  EXPECT_EQ(log.failures_total(), 0u);
  EXPECT_FALSE(log.points()[0].differs);
}

TEST(TransferLog, UnknownTimesAreNotNumbersInPoints) {
  TransferLog log;
  TransferRecord record = good(0);
  record.transfer_ms.reset();
  log.add(record);
  EXPECT_TRUE(std::isnan(log.points()[0].transfer_ms));
  EXPECT_TRUE(std::isnan(log.points()[0].connect_ms));
}

TEST(TransferLog, StaysWithinItsBoundAndThinsEvenly) {
  TransferLog log(64);
  constexpr std::uint32_t iterations = 1000;
  for (std::uint32_t i = 0; i < iterations; ++i)
    for (std::uint16_t client = 0; client < 4; ++client) log.add(good(i, client));

  EXPECT_LT(log.points().size(), 64u);
  EXPECT_GE(log.points().size(), 16u);
  EXPECT_EQ(log.stride() & (log.stride() - 1), 0u) << "a power of two";
  EXPECT_EQ(log.total(Arm::server).transfers, 4000u) << "counts stay exact";
  std::array<int, 4> by_client{};
  for (const TransferPoint& point : log.points()) {
    ++by_client[point.client];
    EXPECT_EQ(point.iteration % log.stride(), 0u);
  }
  for (const int kept : by_client) EXPECT_NEAR(kept, static_cast<int>(log.points().size()) / 4, 1);
}

TEST(TransferLog, ListsOnlyTheFirstFailures) {
  TransferLog log(64, 5);
  for (std::uint32_t i = 0; i < 20; ++i) {
    TransferRecord record = good(i);
    record.error = TransferError::deadline;
    log.add(record);
  }
  EXPECT_EQ(log.failures().size(), 5u);
  EXPECT_EQ(log.failures_total(), 20u);
}

TEST(TransferLog, AnArmThatAlwaysFailsLeavesTheOthersTheirFailures) {
  TransferLog log(64, 5);
  for (std::uint32_t i = 0; i < 20; ++i) {
    TransferRecord record = good(i);
    record.error = TransferError::deadline;
    record.arm = i < 18 ? Arm::base : Arm::head;
    log.add(record);
  }
  EXPECT_EQ(log.only(Arm::base, Arm::server).failures().size(), 5u);
  EXPECT_EQ(log.only(Arm::head, Arm::server).failures().size(), 2u);
}

}  // namespace
}  // namespace bftp::record
