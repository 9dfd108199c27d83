#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record_builder.hpp"

/// What is not hidden by something else: by a floor that this machine does not need, by a file that is moved
/// more often, by a client's own share in what it is compared with; and what is not the server's, since the
/// reference server has it too.
namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;
using Random = RecordBuilder::Random;

RecordBuilder two_ways() {
  RecordBuilder builder;
  builder.scheduler_noise = 0.1;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 2 == 1 ? 9.0 : 0.0;
  };
  return builder;
}

RecordBuilder jittering() {
  RecordBuilder builder = two_ways();
  builder.extra_ms = [](const Ask&, Random& random) {
    return std::uniform_real_distribution<double>(0, 11)(random);
  };
  return builder;
}

TEST(SchedulerFloor, WhereCoresAreIdleNineMillisecondsAreNoTimeSlice) {
  EXPECT_EQ(find(judge_all(two_ways().build()), "uniformity.modes").status, Status::fail);
  EXPECT_EQ(find(judge_all(jittering().build()), "uniformity.modes").status, Status::pass) << "one wide hump";
}

TEST(SchedulerFloor, WhereCoresAreBusyTheyMayBe) {
  auto record = two_ways().build();
  for (auto& block : record.blocks) block.machine_busy_share = 0.8;
  EXPECT_NE(find(judge_all(record), "uniformity.modes").status, Status::fail);
  for (auto& block : record.blocks) block.machine_busy_share.reset();
  EXPECT_NE(find(judge_all(record), "uniformity.modes").status, Status::fail) << "nobody knows";
}

TEST(Spread, AFileMovedLessOftenIsNotHiddenByOneMovedMore) {
  RecordBuilder builder;
  builder.large_iterations = 1;
  builder.clients = 3;
  builder.extra_ms = [](const Ask& ask, Random& random) {
    if (ask.size < (16u << 20)) return 0.0;
    return std::uniform_real_distribution<double>(0, 3000)(random);
  };
  const Verdict verdict = find(judge_all(builder.build()), "uniformity.spread");
  EXPECT_EQ(verdict.status, Status::inconclusive) << verdict.measured;
  EXPECT_THAT(verdict.measured, HasSubstr("db.csv"));
}

TEST(Fairness, OfTwoClientsEachIsComparedWithTheOther) {
  RecordBuilder builder;
  builder.clients = 2;
  builder.scheduler_noise = 0.1;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.client == 1 ? 20.0 : 1.0;
  };
  const Verdict verdict = find(judge_all(builder.build()), "uniformity.fairness");
  EXPECT_EQ(verdict.status, Status::fail) << verdict.measured;
}

void add_control(record::RunRecord& record, std::uint64_t good, std::uint64_t different,
                 record::TransferError error = record::TransferError::none) {
  for (std::uint64_t i = 0; i < good + different; ++i) {
    record::TransferRecord row;
    row.arm = record::Arm::control;
    row.start_s = 0.001 * static_cast<double>(i);
    row.sha256.emplace();
    row.identical = i >= different;
    if (i < different) row.error = error;
    record.transfers.add(row);
  }
}

record::RunRecord corrupting() {
  RecordBuilder builder;
  builder.corrupt = [](const Ask& ask, Random&) {
    return ask.ordinal % 1000 == 500;
  };
  return builder.build();
}

TEST(Identity, WhatTheReferenceServersCopiesHaveTooIsTheMachines) {
  auto record = corrupting();
  ASSERT_EQ(find(judge_all(record), "identity.copies").status, Status::fail);
  add_control(record, 300, 0);
  EXPECT_EQ(find(judge_all(record), "identity.copies").status, Status::fail) << "it has none";
  add_control(record, 100, 1);
  const Verdict verdict = find(judge_all(record), "identity.copies");
  EXPECT_EQ(verdict.status, Status::inconclusive);
  EXPECT_THAT(verdict.summary, HasSubstr("of the reference server"));
}

TEST(Identity, FarMoreThanTheReferenceServersAreTheServers) {
  RecordBuilder builder;
  builder.corrupt = [](const Ask& ask, Random&) {
    return ask.ordinal % 5 == 0;
  };
  auto record = builder.build();
  add_control(record, 1000, 1);
  EXPECT_EQ(find(judge_all(record), "identity.copies").status, Status::fail);
}

TEST(Identity, AServerThatDestroysItsFilesIsToldSo) {
  RecordBuilder builder;
  builder.corrupt = [](const Ask& ask, Random&) {
    return ask.ordinal % 50 == 10;
  };
  auto record = builder.build();
  record.warnings.push_back({std::string(record::served_changed_warning), "the files: \"a\""});
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "identity.copies").status, Status::fail);
  EXPECT_THAT(find(verdicts, "identity.copies").cause, ::testing::HasSubstr("destroys what it serves"));
}

/// It serves from memory what it has spoilt on the disk: every copy is right.
TEST(Identity, AServerThatSpoilsItsFilesFailsThoughEveryCopyIsRight) {
  auto record = RecordBuilder{}.build();
  EXPECT_EQ(find(judge_all(record), "identity.originals").status, Status::pass);
  record.warnings.push_back({std::string(record::served_changed_warning), "the files: \"a\""});
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "identity.copies").status, Status::pass);
  EXPECT_EQ(find(verdicts, "identity.originals").status, Status::fail);
  EXPECT_EQ(find(verdicts, "identity.originals").severity, Severity::critical);
  EXPECT_EQ(find(verdicts, "harness.warnings").status, Status::pass) << "told where it belongs";
  record.plan.server.kind = plan::ServerKind::attached;
  EXPECT_EQ(find(judge_all(record), "identity.originals").status, Status::skip);
}

TEST(Identity, FailuresOfAnotherKindExcuseNone) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, Random&) {
    return ask.ordinal % 500 == 10 ? record::TransferError::reset : record::TransferError::none;
  };
  auto record = builder.build();
  add_control(record, 300, 2, record::TransferError::deadline);
  EXPECT_EQ(find(judge_all(record), "identity.errors").status, Status::fail);
  add_control(record, 300, 2, record::TransferError::reset);
  EXPECT_EQ(find(judge_all(record), "identity.errors").status, Status::inconclusive);
  auto spoilt = record;
  spoilt.warnings.push_back({std::string(record::control_changed_warning), "somebody removed a file"});
  EXPECT_EQ(find(judge_all(spoilt), "identity.errors").status, Status::fail) << "the excuse was made up";
  record::TransferRecord row;
  row.error = record::TransferError::malformed_reply;
  record.transfers.add(row);
  EXPECT_EQ(find(judge_all(record), "identity.errors").status, Status::fail) << "one kind is its own";
}

/// Transfers of 1 MiB by two clients: so long for a GET; 0.9 s and 2.5 s for a PUT, of which there is one
/// round.
Verdict speed_of(double get_ms) {
  RecordBuilder builder;
  builder.clients = 2;
  builder.confirmation = true;
  builder.iterations = 2;
  builder.files = {{"a.bin", 1u << 20}};
  builder.extra_ms = [=](const Ask& ask, RecordBuilder::Random&) {
    return ask.op == record::Op::get ? get_ms : ask.client == 0 ? 900.0 : 2500.0;
  };
  auto record = builder.build();
  for (auto& block : record.blocks)
    if (block.op == record::Op::put && block.round != 1) block.warm_up = true;
  return find(judge_all(record), "uniformity.speed");
}

TEST(Speed, AFewTransfersThatMayBeSlowerHideNoneThatIsSlow) {
  const Verdict slow = speed_of(1250);
  EXPECT_EQ(slow.status, Status::fail) << slow.summary << slow.measured;
  EXPECT_THAT(slow.summary, HasSubstr("GET"));
}

TEST(Speed, AMedianBelowTheLimitThatIsNotCertainIsNoPass) {
  const Verdict unsure = speed_of(500);
  EXPECT_EQ(unsure.status, Status::inconclusive) << unsure.summary << unsure.measured;
  EXPECT_THAT(unsure.summary, HasSubstr("PUT"));
}

}  // namespace
}  // namespace bftp::judge::testing
