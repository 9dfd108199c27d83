#include "harness/record/comparison.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "harness/record/run_record_json.hpp"

namespace bftp::record {
namespace {

TransferRecord row(double start_s, double transfer_ms, double first_byte_ms) {
  TransferRecord made;
  made.start_s = start_s;
  made.transfer_ms = transfer_ms;
  made.first_byte_ms = first_byte_ms;
  made.bytes = 100;
  made.identical = true;
  return made;
}

TEST(BlockFigures, SpanTheBlockAndTakeTheMiddle) {
  const std::vector<TransferRecord> rows{row(1.0, 10, 1), row(1.1, 20, 3), row(1.05, 400, 2)};
  const BlockFigures figures = figures_of(rows);
  EXPECT_EQ(figures.transfers, 3u);
  EXPECT_EQ(figures.failed, 0u);
  EXPECT_EQ(figures.bytes, 300u);
  EXPECT_DOUBLE_EQ(figures.start_s, 1.0);
  EXPECT_NEAR(figures.busy_s, 0.45, 1e-12);
  EXPECT_DOUBLE_EQ(figures.p50_ms.value(), 20);
  // R: quantile(c(10, 20, 400), c(0.9, 0.99))
  EXPECT_DOUBLE_EQ(figures.p90_ms.value(), 324);
  EXPECT_NEAR(figures.p99_ms.value(), 392.4, 1e-9);
  EXPECT_DOUBLE_EQ(figures.first_byte_ms.value(), 2);
  EXPECT_EQ(figures.server_cpu_s, std::nullopt);
}

TEST(BlockFigures, LeaveFailedTransfersOutOfTheTimes) {
  std::vector<TransferRecord> rows{row(0, 10, 1), row(0, 1000, 1), row(0, 2000, 1)};
  rows[1].error = TransferError::closed_early;
  rows[2].identical = false;
  const BlockFigures figures = figures_of(rows);
  EXPECT_EQ(figures.failed, 2u);
  EXPECT_DOUBLE_EQ(figures.p99_ms.value(), 10);
}

TEST(BlockFigures, CountCopiesThatNobodyComparedAsFine) {
  std::vector<TransferRecord> rows{row(0, 10, 1)};
  rows[0].identical.reset();
  EXPECT_EQ(figures_of(rows).failed, 0u);
}

TEST(BlockFigures, OfNothingAreUnknown) {
  const BlockFigures figures = figures_of({});
  EXPECT_EQ(figures.transfers, 0u);
  EXPECT_EQ(figures.p50_ms, std::nullopt);
  EXPECT_EQ(figures.busy_s, 0);
}

TEST(ComparisonJson, ReadsBackWhatItWrote) {
  RunRecord written;
  Comparison comparison;
  comparison.base.kind = plan::ServerKind::command;
  comparison.base.command = "a --port {port}";
  comparison.client_counts = {1, 8};
  comparison.gates = {"throughput<0.95"};
  comparison.looks = 3;
  comparison.server_cpus = {0};
  PairRecord pair;
  pair.round = 4;
  pair.op = Op::put;
  pair.base_first = false;
  pair.base.p50_ms = 1.0 / 3;
  pair.head.server_cpu_s = 0.125;
  comparison.pairs.push_back(pair);
  comparison.arm_rounds.push_back({.round = 4, .arm = Arm::head, .ready_s = 0.5, .peak_mib = 12.25});
  comparison.unanswered = {.arm = Arm::head, .clients = 8, .op = Op::put, .fixture = 2, .waited_s = 12.5};
  written.comparison = comparison;
  const auto text = boost::json::serialize(to_json(written));
  const auto read = run_record_from_json(boost::json::parse(text));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(read->comparison);
  EXPECT_EQ(read->comparison->pairs.at(0).base.p50_ms, 1.0 / 3);
  EXPECT_EQ(read->comparison->pairs.at(0).base.p90_ms, std::nullopt);
  EXPECT_EQ(read->comparison->arm_rounds.at(0).arm, Arm::head);
  ASSERT_TRUE(read->comparison->unanswered);
  EXPECT_EQ(read->comparison->unanswered->waited_s, 12.5);
  EXPECT_EQ(boost::json::serialize(to_json(*read)), text);
}

TEST(ComparisonJson, IsNotWrittenForOtherRuns) {
  const RunRecord plain;
  EXPECT_FALSE(to_json(plain).contains("comparison"));
  EXPECT_FALSE(run_record_from_json(to_json(plain))->comparison);
}

TEST(TransferLogOnly, TellsTwoServersApart) {
  TransferLog log;
  TransferRecord good = row(0, 1, 1);
  good.arm = Arm::base;
  log.add(good);
  TransferRecord bad = row(0, 1, 1);
  bad.arm = Arm::head;
  bad.error = TransferError::reset;
  log.add(bad);
  log.add(bad);
  const TransferLog head = log.only(Arm::head, Arm::server);
  EXPECT_EQ(head.total(Arm::server).errors, 2u);
  EXPECT_EQ(head.failures().size(), 2u);
  EXPECT_EQ(head.failures().front().arm, Arm::server);
  EXPECT_EQ(head.errors_by_kind(Arm::server)[static_cast<std::size_t>(TransferError::reset)], 2u);
  EXPECT_EQ(log.only(Arm::base, Arm::server).total(Arm::server).identical, 1u);
  EXPECT_EQ(log.only(Arm::base, Arm::server).failures_total(), 0u);
}

}  // namespace
}  // namespace bftp::record
