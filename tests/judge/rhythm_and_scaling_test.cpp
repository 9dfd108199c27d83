#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "record_builder.hpp"
#include "with_delays.hpp"

/// Rhythms, kernel timers, growth with the file and with the clients, stray files, memory's shape, CPU of
/// half-open connections: faulty, healthy, and what cannot be judged.
namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Random = RecordBuilder::Random;

TEST(Periodic, EachHundredthTransferStandsStill) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.iterations = 40;
  builder.ops = {record::Op::get};
  builder.files = {{"oliver_twist.txt", 936281}};
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 100 == 99 ? 150.0 : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& verdict = find(verdicts, "uniformity.periodic");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary << verdict.measured;
  EXPECT_THAT(verdict.summary, HasSubstr("transfers"));
  EXPECT_FALSE(verdict.series.empty());
}

TEST(Periodic, FrequentStallsAreFailedOnceAndNamedHere) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 60.0 : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "uniformity.stalls").status, Status::fail);
  EXPECT_NE(find(verdicts, "uniformity.periodic").status, Status::fail);
}

TEST(Periodic, ChanceHasNoRhythm) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RecordBuilder builder;
    builder.seed = seed;
    builder.iterations = 40;
    builder.extra_ms = [](const Ask&, Random& random) {
      return uniform(random) < 0.01 ? 150.0 : 0.0;
    };
    EXPECT_EQ(find(judge_all(builder.build()), "uniformity.periodic").status, Status::pass) << seed;
  }
}

/// As if every `each`-th PUT of the reference server took so much longer, of large files or of others.
record::RunRecord with_slow_puts_of_control(const record::RunRecord& record, double more_ms, std::size_t each,
                                            bool large) {
  return with_delays(record, [&, puts = std::size_t{0}](const record::TransferPoint& point) mutable {
    const bool here = point.arm == record::Arm::control && point.op == record::Op::put &&
                      (record.fixtures[point.fixture].size >= (16u << 20)) == large && ++puts % each == 0;
    return here ? more_ms : 0.0;
  });
}

TEST(Timers, WhatTheControlWaitsForInPutExcusesNoneInGet) {
  RecordBuilder builder;
  builder.control = true;
  builder.iterations = 40;
  builder.scheduler_noise = 0.2;
  builder.extra_ms = [](const Ask& ask, Random& random) {
    return ask.op == record::Op::get && uniform(random) < 0.01 ? 40.5 : 0.0;
  };
  const auto verdicts = judge_all(with_slow_puts_of_control(builder.build(), 41, 20, false));
  const Verdict& verdict = find(verdicts, "uniformity.timers");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary << verdict.measured << verdict.confidence;
  EXPECT_THAT(verdict.measured, HasSubstr("GET"));
}

TEST(Timers, RareDelayedAcksAreNamed) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.iterations = 40;
  builder.scheduler_noise = 0.2;
  builder.extra_ms = [](const Ask&, Random& random) {
    return uniform(random) < 0.01 ? 40.5 : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& verdict = find(verdicts, "uniformity.timers");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary << verdict.measured << verdict.confidence;
  EXPECT_THAT(verdict.summary, HasSubstr("delayed ACK"));
  EXPECT_NE(find(verdicts, "uniformity.stalls").status, Status::fail);
}

TEST(Timers, WhereStallsFailTheyAreOnlyNamed) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 202.0 : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "uniformity.stalls").status, Status::fail);
  const Verdict& verdict = find(verdicts, "uniformity.timers");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary;
  EXPECT_THAT(verdict.summary, HasSubstr("retransmission"));
}

TEST(Timers, ADelayedAckInEveryTransferIsNamed) {
  for (const bool control : {false, true}) {
    RecordBuilder builder;
    builder.confirmation = true;
    builder.control = control;
    builder.extra_ms = [](const Ask& ask, Random&) {
      return ask.size < 65536 ? 40.5 : 0.0;
    };
    const auto verdicts = judge_all(builder.build());
    const Verdict& verdict = find(verdicts, "uniformity.timers");
    EXPECT_EQ(verdict.status, Status::warn) << verdict.summary << verdict.measured;
    EXPECT_THAT(verdict.summary, HasSubstr("Each transfer"));
    EXPECT_THAT(verdict.summary, HasSubstr("delayed ACK"));
    EXPECT_THAT(verdict.happened, HasSubstr("one_byte.bin"));
    EXPECT_FALSE(verdict.series.empty());
    const Verdict& sizes = find(verdicts, "uniformity.sizes");
    EXPECT_EQ(sizes.status, Status::fail) << "a larger file takes a twentieth of the time";
    EXPECT_THAT(sizes.cause, HasSubstr("Nagle"));
    for (const auto& other : verdicts)
      EXPECT_TRUE(other.status != Status::fail || other.id == sizes.id) << other.id << other.summary;
  }
}

TEST(Timers, AServerThatComputesForSoLongWaitsForNoTimer) {
  RecordBuilder builder;
  builder.control = true;
  builder.extra_ms = [](const Ask&, Random&) {
    return 41.0;
  };
  builder.cpu_s = [](const Ask&) {
    return 0.04;
  };
  EXPECT_NE(find(judge_all(builder.build()), "uniformity.timers").status, Status::warn);
}

TEST(Timers, AServerThatIsSlowForEachByteWaitsForNoTimer) {
  RecordBuilder builder;
  builder.control = true;
  builder.files.push_back({"half.bin", 468140});
  builder.extra_ms = [](const Ask& ask, Random&) {
    return static_cast<double>(ask.size) * 45e-6;  // 42 ms for Oliver Twist, 21 for half of it
  };
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.timers").status, Status::pass);
}

TEST(Timers, HeavySchedulerTailsAreNone) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    RecordBuilder builder;
    builder.seed = seed;
    builder.scheduler_noise = 3;
    EXPECT_EQ(find(judge_all(builder.build()), "uniformity.timers").status, Status::pass) << seed;
  }
}

TEST(SizeScaling, QuadraticIsNamed) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.extra_before_first_byte = false;
  builder.extra_ms = [](const Ask& ask, Random&) {
    const double mib = static_cast<double>(ask.size) / (1 << 20);
    return mib * mib / 2;
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& verdict = find(verdicts, "uniformity.size_scaling");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.measured;
  EXPECT_THAT(verdict.measured, HasSubstr("size^"));
  EXPECT_FALSE(verdict.series.empty());
}

TEST(SizeScaling, WhatTheControlExcusesInPutHidesNothingInGet) {
  RecordBuilder builder;
  builder.control = true;
  builder.extra_before_first_byte = false;
  builder.extra_ms = [](const Ask& ask, Random&) {
    const double mib = static_cast<double>(ask.size) / (1 << 20);
    return mib > 16 ? (ask.op == record::Op::put ? 3000.0 : 1500.0) : 0.0;
  };
  const auto record = with_slow_puts_of_control(builder.build(), 3000, 1, true);
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "uniformity.size_scaling");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary << verdict.measured << verdict.confidence;
  EXPECT_THAT(verdict.happened, HasSubstr("GET of db.csv"));
}

TEST(SizeScaling, LinearAndASteadyLimitOfSpeedPass) {
  EXPECT_EQ(find(judge_all(RecordBuilder{}.build()), "uniformity.size_scaling").status, Status::pass);
  RecordBuilder limited;
  limited.extra_before_first_byte = false;
  limited.extra_ms = [](const Ask& ask, Random&) {
    return static_cast<double>(ask.size) / 2e4;
  };
  EXPECT_EQ(find(judge_all(limited.build()), "uniformity.size_scaling").status, Status::pass);
  RecordBuilder one_size;
  one_size.files = {{"oliver_twist.txt", 936281}, {"same.bin", 1u << 20}};
  EXPECT_EQ(find(judge_all(one_size.build()), "uniformity.size_scaling").status, Status::skip);
}

record::RunRecord crowded(double alone_ms, double together_ms, double strangers_share = 0.02) {
  RecordBuilder builder;
  builder.strangers_share = strangers_share;
  builder.confirmation = true;
  auto record = builder.build();
  for (const bool confirmation : {false, true}) {
    record::Crowding crowding{.fixture = 2, .confirmation = confirmation};
    for (int i = 0; i < 50; ++i) crowding.alone_ms.push_back(alone_ms * (1 + 0.002 * i));
    for (int i = 0; i < 200; ++i) crowding.together_ms.push_back(together_ms * (1 + 0.001 * i));
    record.crowdings.push_back(crowding);
  }
  return record;
}

TEST(ClientScaling, ManyClientsThatGetLessThanOneAreNamed) {
  const auto verdicts = judge_all(crowded(1, 30));
  const Verdict& verdict = find(verdicts, "uniformity.client_scaling");
  EXPECT_EQ(verdict.status, Status::warn) << verdict.summary;
  EXPECT_FALSE(verdict.cause.empty());
  EXPECT_EQ(verdict.series.size(), 3u) << "alone, together, and the limit";
}

TEST(ClientScaling, WhatWasDoneAndWhatWasCountedAreOneNumber) {
  const auto verdicts = judge_all(crowded(1, 1));
  const Verdict& errors = find(verdicts, "identity.errors");
  const auto of = errors.measured.find(" of ");
  ASSERT_NE(of, std::string::npos) << errors.measured;
  const auto transfers = errors.measured.substr(of + 4, errors.measured.find(" failed") - of - 4);
  EXPECT_NE(errors.done.find("made " + transfers + " "), std::string::npos)
      << errors.done << " and " << errors.measured;
}

TEST(ClientScaling, SharingIsNoFault) {
  EXPECT_EQ(find(judge_all(crowded(1, 4.2)), "uniformity.client_scaling").status, Status::pass)
      << "one at a time";
  EXPECT_EQ(find(judge_all(crowded(0.1, 3)), "uniformity.client_scaling").status, Status::pass)
      << "30 times as long, but within a turn of the run queue";
  EXPECT_EQ(find(judge_all(crowded(1, 30, 0.4)), "uniformity.client_scaling").status, Status::inconclusive);
}

TEST(ClientScaling, TheControlIsTheYardstick) {
  auto record = crowded(1, 30);
  record::Crowding control{.arm = record::Arm::control, .fixture = 2};
  control.alone_ms.assign(50, 1.0);
  control.together_ms.assign(50, 20.0);
  record.crowdings.push_back(control);
  EXPECT_EQ(find(judge_all(record), "uniformity.client_scaling").status, Status::pass);
}

/// A cache that is missed by 45 % of the transfers alone, and by 55 % beside others.
TEST(ClientScaling, AMedianThatJumpsFromOneModeToTheOtherWarnsNobody) {
  auto record = crowded(1, 1);
  for (auto& crowding : record.crowdings) {
    for (std::size_t i = 0; i < 23; ++i) crowding.alone_ms[i] = 93;
    for (std::size_t i = 0; i < 110; ++i) crowding.together_ms[i] = 93;
  }
  const Verdict verdict = find(judge_all(record), "uniformity.client_scaling");
  EXPECT_EQ(verdict.status, Status::pass) << verdict.summary;
  EXPECT_NE(verdict.summary.find("on average it is 1."), std::string::npos) << verdict.summary;
}

TEST(ClientScaling, OneStallAloneDoesNotHideIt) {
  auto record = crowded(1, 30);
  for (auto& crowding : record.crowdings) crowding.alone_ms[10] = 2000;
  EXPECT_EQ(find(judge_all(record), "uniformity.client_scaling").status, Status::warn);
}

TEST(ClientScaling, TooFewTimesAreSkipped) {
  auto record = crowded(1, 30);
  for (auto& crowding : record.crowdings) crowding.alone_ms.resize(2);
  EXPECT_EQ(find(judge_all(record), "uniformity.client_scaling").status, Status::skip);
  record.crowdings.clear();
  EXPECT_EQ(find(judge_all(record), "uniformity.client_scaling").status, Status::skip);
}

record::RunRecord after_bad_clients(double before_ms, double after_ms, double later_ms,
                                    double strangers_share = 0.02) {
  auto record = crowded(before_ms, before_ms, strangers_share);
  auto& times = record.crowdings.front();
  for (int i = 0; i < 80; ++i) {
    times.after_ms.push_back(after_ms * (1 + 0.002 * i));
    times.later_ms.push_back(later_ms * (1 + 0.002 * i));
  }
  return record;
}

Verdict afterwards(const record::RunRecord& record) {
  return find(judge_all(record), "uniformity.afterwards");
}

TEST(Afterwards, WhoStaysSlowIsFailed) {
  const Verdict verdict = afterwards(after_bad_clients(1, 5, 5));
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
  EXPECT_FALSE(verdict.cause.empty());
  EXPECT_EQ(verdict.series.size(), 4u) << "before, afterwards, later, and the limit";
  EXPECT_EQ(afterwards(after_bad_clients(2, 4.5, 4.5)).status, Status::warn);
}

TEST(Afterwards, WhatPassesOrIsSmallIsNoHarm) {
  EXPECT_EQ(afterwards(after_bad_clients(1, 30, 1.1)).status, Status::pass) << "a second later it is over";
  EXPECT_EQ(afterwards(after_bad_clients(0.1, 0.8, 0.8)).status, Status::pass) << "less than a millisecond";
  EXPECT_EQ(afterwards(after_bad_clients(1, 1.2, 1.2)).status, Status::pass);
}

TEST(Afterwards, TheControlAndTheMachineAreTheYardstick) {
  EXPECT_EQ(afterwards(after_bad_clients(1, 5, 5, 0.4)).status, Status::inconclusive) << "no control";
  auto record = after_bad_clients(1, 5, 5);
  record::Crowding control{.arm = record::Arm::control, .fixture = 2};
  control.alone_ms.assign(50, 1.0);
  control.after_ms.assign(50, 4.0);
  control.later_ms.assign(50, 4.0);
  record.crowdings.push_back(control);
  EXPECT_EQ(afterwards(record).status, Status::pass) << "so is the reference server, which nobody harmed";
}

/// A cache that is missed by 45 % of the transfers before, and by 55 % afterwards.
TEST(Afterwards, AMedianThatJumpsFromOneModeToTheOtherFailsNobody) {
  auto record = after_bad_clients(1, 1, 1);
  auto& times = record.crowdings.front();
  for (std::size_t i = 0; i < 23; ++i) times.alone_ms[i] = 93;
  for (std::size_t i = 0; i < 44; ++i) times.after_ms[i] = times.later_ms[i] = 93;
  EXPECT_EQ(afterwards(record).status, Status::pass);
}

TEST(Afterwards, TooFewTimesAreSkipped) {
  auto record = after_bad_clients(1, 5, 5);
  record.crowdings.front().later_ms.resize(2);
  EXPECT_EQ(afterwards(record).status, Status::skip);
}

/// Whose first transfer is a large file's, by any of the clients: a start hides in its time, and in whoever
/// asked first.
TEST(FirstTransfer, IsAnyOfThoseThatBeganTogetherAndItsFirstByteCounts) {
  for (const std::uint16_t client : {std::uint16_t{0}, std::uint16_t{3}}) {
    RecordBuilder builder;
    builder.files = {{"db.csv", 64ull << 20}};
    builder.large_iterations = 5;
    builder.extra_ms = [client](const Ask& ask, Random&) {
      return ask.client == client && ask.ordinal < 4 ? 400.0 : 0.0;
    };
    const Verdict verdict = find(judge_all(builder.build()), "uniformity.first_transfer");
    EXPECT_EQ(verdict.status, Status::warn) << client << ": " << verdict.measured;
    EXPECT_NE(verdict.summary.find("to its first byte"), std::string::npos) << verdict.summary;
  }
  RecordBuilder lasting;
  lasting.lasting_connections = true;
  EXPECT_EQ(find(judge_all(lasting.build()), "uniformity.first_transfer").status, Status::pass);
  lasting.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal == 0 ? 2000.0 : 0.0;
  };
  EXPECT_EQ(find(judge_all(lasting.build()), "uniformity.first_transfer").status, Status::warn);
  RecordBuilder later;
  later.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal == 30 ? 400.0 : 0.0;
  };
  EXPECT_EQ(find(judge_all(later.build()), "uniformity.first_transfer").status, Status::pass);
}

TEST(StrayFiles, AnythingFailsAndIsNamed) {
  auto record = RecordBuilder{}.build();
  EXPECT_EQ(find(judge_all(record), "handles.files").status, Status::skip) << "nobody looked";
  record.stray_files.push_back({.known = true});
  EXPECT_EQ(find(judge_all(record), "handles.files").status, Status::pass);
  record.stray_files.front().count = 2;
  record.stray_files.front().names = {"server.log", "upload-1.tmp"};
  auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.files").status, Status::fail);
  EXPECT_THAT(find(verdicts, "handles.files").happened, HasSubstr("server.log and upload-1.tmp"));
  record.stray_files.front().names = {"put-c0-17-db.csv", "put-c1-3-db.csv"};
  verdicts = judge_all(record);
  EXPECT_THAT(find(verdicts, "handles.files").summary, HasSubstr("broken PUTs"));
}

TEST(StrayFiles, WhatOnlyTheRepeatsLeaveFailsToo) {
  auto record = RecordBuilder{}.build();
  record.stray_files.push_back({.known = true});
  record.stray_files.push_back({.known = true, .confirmation = true, .count = 5, .names = {"a.tmp"}});
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.files").status, Status::fail);
  EXPECT_EQ(find(verdicts, "handles.files").measured, "5 entries left");
}

TEST(TemporaryFiles, WarnAboveASizeAndFailWhereTheRunWasEnded) {
  auto record = RecordBuilder{}.build();
  record.stray_files.push_back({.known = true});
  record.temporary_files = {.known = true, .bytes = 15u << 20, .count = 1, .names = {"one"}};
  EXPECT_EQ(find(judge_all(record), "handles.files").status, Status::pass) << "many servers leave a little";
  record.temporary_files.bytes = 17u << 20;
  auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.files").status, Status::warn);
  EXPECT_THAT(find(verdicts, "handles.files").happened, HasSubstr("17 MiB in TMPDIR in 1 entry: one."));
  record.stray_files.front().known = false;
  EXPECT_EQ(find(judge_all(record), "handles.files").status, Status::warn) << "whoever looked into the root";
  record.stray_files.front() = {.known = true, .count = 1, .names = {"server.log"}};
  EXPECT_EQ(find(judge_all(record), "handles.files").status, Status::fail) << "the root weighs more";
  record.stray_files.clear();
  record.temporary_files.outgrown = true;
  verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.files").status, Status::fail);
  EXPECT_THAT(find(verdicts, "handles.files").limit, HasSubstr("at most 1 GiB in TMPDIR"));
  record.temporary_files.in_root = true;
  record.temporary_files.complete = false;
  verdicts = judge_all(record);
  EXPECT_THAT(find(verdicts, "handles.files").summary, HasSubstr("in the folder that it serves"));
  EXPECT_THAT(find(verdicts, "handles.files").limit, HasSubstr("at most 1 GiB in the root"));
  EXPECT_THAT(find(verdicts, "handles.files").cause, Not(HasSubstr("unlink")));
}

TEST(HarnessWarnings, SayWhoseDoingMuchOutputIs) {
  auto record = RecordBuilder{}.build();
  record.warnings.push_back({std::string(record::output_capped_warning), "the server printed 20 MiB"});
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "harness.warnings").status, Status::warn);
  EXPECT_THAT(find(verdicts, "harness.warnings").cause, HasSubstr("is its own doing"));
}

TEST(MemoryPeak, PagesOfNoFileFailWithoutWaitingForPss) {
  auto record = RecordBuilder{}.build();
  for (auto& sample : record.samples) {
    if (*sample.pss_mib > 7) sample.anon_mib = 8 + 4 * 64;
    sample.pss_mib.reset();
  }
  EXPECT_EQ(find(judge_all(record), "memory.peak").status, Status::fail);
}

record::RunRecord watched(record::WatchKind kind, double share, double idle_share = 0) {
  RecordBuilder builder;
  builder.idle_share = idle_share;
  auto record = builder.build();
  const double start_s = record.duration_s + 1;
  record.watches.push_back(
      {.kind = kind, .start_s = start_s, .end_s = start_s + 2, .server_cpu_s = 2 * share});
  return record;
}

TEST(HalfOpen, SpinningIsFailedAndWaitingIsNot) {
  using record::WatchKind;
  EXPECT_EQ(find(judge_all(watched(WatchKind::half_open, 0.95)), "cpu.half_open").status, Status::fail);
  EXPECT_EQ(find(judge_all(watched(WatchKind::half_open, 0.1)), "cpu.half_open").status, Status::warn);
  EXPECT_EQ(find(judge_all(watched(WatchKind::half_open, 0.001)), "cpu.half_open").status, Status::pass);
  EXPECT_EQ(find(judge_all(RecordBuilder{}.build()), "cpu.half_open").status, Status::skip);
}

TEST(AfterAborts, WhatIsUsedAnywayIsNotBlamedTwice) {
  using record::WatchKind;
  EXPECT_EQ(find(judge_all(watched(WatchKind::aborted, 0.95)), "cpu.after_aborts").status, Status::fail);
  EXPECT_EQ(find(judge_all(watched(WatchKind::aborted, 0.002)), "cpu.after_aborts").status, Status::pass);
  EXPECT_EQ(find(judge_all(watched(WatchKind::aborted, 0.95, 0.9)), "cpu.after_aborts").status, Status::pass);
}

TEST(AfterAborts, WhatSpinsSinceTheFirstPassIsConfirmedAllTheSame) {
  RecordBuilder builder;
  builder.confirmation = true;
  auto record = builder.build();
  for (auto& watch : record.watches)
    if (watch.confirmation) watch.server_cpu_s = 0.95 * (watch.end_s - watch.start_s);
  for (const bool confirmation : {false, true})
    record.watches.push_back({.kind = record::WatchKind::aborted,
                              .start_s = record.duration_s + 1,
                              .end_s = record.duration_s + 3,
                              .server_cpu_s = 1.9,
                              .confirmation = confirmation});
  EXPECT_EQ(find(judge_all(record), "cpu.after_aborts").status, Status::fail);
}

}  // namespace
}  // namespace bftp::judge::testing
