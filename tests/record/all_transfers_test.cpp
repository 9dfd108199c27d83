#include "harness/record/all_transfers.hpp"

#include <gtest/gtest.h>

namespace bftp::record {
namespace {

TEST(AllTransfers, CountTheGoodOnesThatHaveNoRow) {
  RunRecord record;
  record.fixtures = {{.name = "f", .size = 100}};
  TransferRecord row;
  row.identical = false;
  row.bytes = 100;
  record.transfers.add(row);
  Crowding crowding;
  crowding.alone_ms = {1, 1, 1};
  crowding.together_ms = {2, 2};
  crowding.after_ms = {1, 1};
  crowding.later_ms = {1};
  record.crowdings.push_back(crowding);
  crowding.arm = Arm::control;
  record.crowdings.push_back(crowding);
  const TransferCount count = all_transfers(record, Arm::server);
  EXPECT_EQ(count.transfers, 9u);
  EXPECT_EQ(count.identical, 8u);
  EXPECT_EQ(count.different, 1u);
  EXPECT_EQ(count.bytes, 900u);
  record.plan.clients.verify = protocol::Verify::none;
  EXPECT_EQ(all_transfers(record, Arm::server).unverified(), 8u);
}

}  // namespace
}  // namespace bftp::record
