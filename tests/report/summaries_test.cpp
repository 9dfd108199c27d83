#include "harness/report/summaries.hpp"

#include <gtest/gtest.h>

namespace bftp::report {
namespace {

record::TransferRecord transfer(std::uint16_t client, std::optional<double> ms,
                                std::uint64_t bytes = 1 << 20) {
  record::TransferRecord made;
  made.client = client;
  made.bytes = bytes;
  made.transfer_ms = ms;
  made.identical = true;
  return made;
}

/// R: quantile(c(1, 2, 3, 4, 10), c(0, .25, .5, .9, .99, 1), type = 7)  ->  1 2 3 7.6 9.76 10
TEST(ReportSummaries, QuantilesAreThoseOfR) {
  const std::vector<double> values{1, 2, 3, 4, 10};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 2);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 7.6);
  EXPECT_DOUBLE_EQ(quantile(values, 0.99), 9.76);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 10);
}

TEST(ReportSummaries, NoValuesNoDistribution) {
  EXPECT_FALSE(distribution_of({}));
  const auto one = distribution_of({7});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->min, 7);
  EXPECT_EQ(one->p99, 7);
}

TEST(ReportSummaries, GroupsHoldCountsAndTimes) {
  record::RunRecord record;
  record.fixtures.resize(1);
  record.transfers.add(transfer(0, 10));
  record.transfers.add(transfer(1, 20));
  record::TransferRecord broken = transfer(1, std::nullopt);
  broken.error = record::TransferError::reset;
  record.transfers.add(broken);
  const auto all = summaries(record);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_TRUE(all[0].counts);
  EXPECT_EQ(all[0].counts->transfers, 3u);
  EXPECT_EQ(all[0].counts->errors, 1u);
  ASSERT_TRUE(all[0].transfer_ms);
  EXPECT_EQ(all[0].transfer_ms->count, 2u);
  EXPECT_DOUBLE_EQ(all[0].transfer_ms->p50, 15);
  EXPECT_DOUBLE_EQ(all[0].throughput_mib_s->max, 100);
  EXPECT_FALSE(all[0].connect_ms) << "unknown is not 0";
}

TEST(ReportSummaries, ClientsAreApart) {
  record::RunRecord record;
  record.fixtures.resize(1);
  record.transfers.add(transfer(0, 10));
  record.transfers.add(transfer(3, 20));
  const auto all = client_summaries(record);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].client, std::uint16_t{0});
  EXPECT_EQ(all[1].client, std::uint16_t{3});
  EXPECT_FALSE(all[1].counts);
}

TEST(ReportSummaries, ATransferInNoTimeHasNoSpeed) {
  record::TransferPoint point{};
  point.bytes = 100;
  point.transfer_ms = 0;
  EXPECT_FALSE(throughput_mib_s(point));
}

}  // namespace
}  // namespace bftp::report
