// A server that serves one connection and ends: its copies are judged, what needs a lasting process is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/judge/wording.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge {
namespace {

using ::testing::HasSubstr;

record::RunRecord record_of(const char* dialect, bool once) {
  testing::RecordBuilder builder;
  builder.ops = {record::Op::get};
  auto record = builder.build();
  record.plan.server.dialect = dialect;
  if (once)
    record.warnings.push_back(
        {std::string(record::serves_once_warning), "the server serves one connection and ends"});
  return record;
}

Verdict verdict_of(const record::RunRecord& record, std::string_view id) {
  const auto verdicts = judge_all(record);
  const auto found = std::ranges::find(verdicts, id, &Verdict::id);
  EXPECT_NE(found, verdicts.end()) << id;
  return found == verdicts.end() ? Verdict() : *found;
}

TEST(ServesOnce, IsAWarningInTheLecturesDialectsAndAFailureOfBftp) {
  EXPECT_EQ(verdict_of(record_of("nul", true), "lifecycle.serves_once").status, Status::warn);
  const auto bftp = verdict_of(record_of("bftp", true), "lifecycle.serves_once");
  EXPECT_EQ(bftp.status, Status::fail);
  EXPECT_THAT(bftp.cause, HasSubstr("accept()"));
  EXPECT_EQ(verdict_of(record_of("bftp", false), "lifecycle.serves_once").status, Status::pass);
}

TEST(ServesOnce, SaysNothingOfAServerThatFellWithItsFirstClient) {
  auto record = record_of("bftp", false);
  testing::RecordBuilder builder;
  builder.error = [](const testing::Ask& ask, testing::RecordBuilder::Random&) {
    return ask.ordinal == 0 ? record::TransferError::none : record::TransferError::connect_failed;
  };
  record.transfers = builder.build().transfers;
  const auto verdict = verdict_of(record, "lifecycle.serves_once");
  EXPECT_EQ(verdict.status, Status::skip);
  EXPECT_EQ(verdict.measured, "1 transfer by one server");
}

TEST(ServesOnce, DrawsHowManyTransfersOneServerMade) {
  const auto lasting = verdict_of(record_of("nul", false), "lifecycle.serves_once");
  ASSERT_EQ(lasting.series.size(), 1u);
  EXPECT_EQ(lasting.series[0].y, lasting.series[0].x);
  const auto once = verdict_of(record_of("nul", true), "lifecycle.serves_once");
  ASSERT_EQ(once.series.size(), 1u);
  EXPECT_THAT(once.series[0].y, ::testing::Each(1.0));
  EXPECT_EQ(once.series[0].x, lasting.series[0].x);
}

TEST(ServesOnce, LeavesTheCopiesToBeJudgedAndNothingThatNeedsALastingServer) {
  const auto record = record_of("nul", true);
  EXPECT_EQ(verdict_of(record, "identity.copies").status, Status::pass);
  EXPECT_EQ(verdict_of(record, "identity.errors").status, Status::pass);
  EXPECT_EQ(verdict_of(record, "harness.warnings").status,
            verdict_of(record_of("nul", false), "harness.warnings").status);
  for (const char* id : {"uniformity.tail", "cpu.cost", "memory.leak", "handles.descriptors",
                         "lifecycle.stays_up", "lifecycle.stops"}) {
    const auto verdict = verdict_of(record, id);
    EXPECT_EQ(verdict.status, Status::skip) << id;
    EXPECT_THAT(verdict.summary, HasSubstr("serves one connection")) << id;
  }
}

}  // namespace
}  // namespace bftp::judge
