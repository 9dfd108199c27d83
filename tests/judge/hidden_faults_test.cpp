#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "record_builder.hpp"

/// Faults that hide among what stays well: in one operation, in large files, behind the reference server's
/// own noise, in repeats that broke down. And healthy servers that look like them.
namespace bftp::judge::testing {
namespace {

using record::Op;
using ::testing::HasSubstr;
using Random = RecordBuilder::Random;

constexpr std::uint64_t large_from = 16ull << 20;

RecordBuilder beside_control() {
  RecordBuilder builder;
  builder.control = true;
  builder.confirmation = true;
  return builder;
}

std::string told(const Verdict& verdict) {
  return verdict.summary + " | " + verdict.measured + " | " + verdict.confidence;
}

TEST(HiddenFaults, ADriftInOneOperationIsNoMedianOfAll) {
  auto builder = beside_control();
  builder.scheduler_noise = 0.2;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.op == Op::get && ask.size < large_from ? 0.15 * ask.round : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& drift = find(verdicts, "uniformity.drift");
  EXPECT_EQ(drift.status, Status::fail) << told(drift);
  EXPECT_THAT(drift.summary, HasSubstr("GET of files"));
}

TEST(HiddenFaults, ACostThatGrowsWithRequestsOfOneOperationIsFound) {
  auto builder = beside_control();
  builder.cpu_s = [](const Ask& ask) {
    const double healthy = RecordBuilder{}.cpu_s(ask);
    return ask.op == Op::get && ask.size < large_from ? healthy + 0.0001 * ask.round : healthy;
  };
  const auto verdicts = judge_all(builder.build());
  const Verdict& growth = find(verdicts, "cpu.growth");
  EXPECT_EQ(growth.status, Status::fail) << told(growth);
  EXPECT_THAT(growth.summary, HasSubstr("GET of files"));
}

TEST(HiddenFaults, WhatRisesElsewhereInTheRepeatsIsNotSeenAgain) {
  auto builder = beside_control();
  builder.scheduler_noise = 0.2;
  builder.extra_ms = [](const Ask& ask, Random&) {
    // The builder's ordinals go on in the repeats: small GETs rise in the first pass, large PUTs in the
    // other.
    const bool repeats = ask.ordinal >= 2300;
    const bool here =
        repeats ? ask.op == Op::put && ask.size >= large_from : ask.op == Op::get && ask.size < large_from;
    return here ? (repeats ? 12.0 : 0.15) * ask.round : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  EXPECT_NE(find(verdicts, "uniformity.drift").status, Status::fail)
      << told(find(verdicts, "uniformity.drift"));
}

TEST(HiddenFaults, AGetThatCostsAHundredTimesTooMuchDoesNotHideBehindPut) {
  auto builder = beside_control();
  builder.cpu_s = [](const Ask& ask) {
    return RecordBuilder{}.cpu_s(ask) * (ask.op == Op::get && ask.size >= large_from ? 300 : 1);
  };
  const Verdict cost = find(judge_all(builder.build()), "cpu.cost");
  EXPECT_EQ(cost.status, Status::fail) << told(cost);
  EXPECT_THAT(cost.summary, HasSubstr("GET of db.csv"));
}

TEST(HiddenFaults, AWarningOfCostNamesTheWorkThatIsDear) {
  auto builder = beside_control();
  builder.cpu_s = [](const Ask& ask) {
    // 40 times the reference server's, but 9 s for a GiB; and 35 times, 11 s for a GiB.
    return RecordBuilder{}.cpu_s(ask) * (ask.size >= large_from ? 40 : ask.size > 100000 ? 35 : 1);
  };
  auto record = builder.build();
  record.plan.limits["cpu.cost"]["control_s_per_gib_min"] = 100;
  const Verdict cost = find(judge_all(record), "cpu.cost");
  EXPECT_EQ(cost.status, Status::warn) << told(cost);
  EXPECT_THAT(cost.summary, HasSubstr("of oliver_twist.txt"));
}

TEST(HiddenFaults, AMultipleOfNextToNothingIsNoCost) {
  auto builder = beside_control();
  builder.cpu_s = [](const Ask& ask) {
    // 6 ms for a request: 60 times the reference server's, 7 s for a GiB.
    return RecordBuilder{}.cpu_s(ask) + 0.006;
  };
  const Verdict cost = find(judge_all(builder.build()), "cpu.cost");
  EXPECT_NE(cost.status, Status::fail) << told(cost);
}

TEST(HiddenFaults, WaitsOfRandomLengthAreSpreadWhateverTheControlsNoise) {
  auto builder = beside_control();
  builder.extra_ms = [](const Ask&, Random& random) {
    return 300 * uniform(random);
  };
  const Verdict spread = find(judge_all(builder.build()), "uniformity.spread");
  EXPECT_EQ(spread.status, Status::fail) << told(spread);
}

TEST(HiddenFaults, AServerOfOneClientAtATimeThatPreparesBeforeItsFirstByteIsNotUneven) {
  for (const double preparation_ms : {20.0, 60.0, 150.0}) {
    auto builder = beside_control();
    builder.serves_one_at_a_time = true;
    builder.extra_ms = [&](const Ask& ask, Random&) {
      return ask.size >= large_from ? preparation_ms : 0.0;
    };
    const auto verdicts = judge_all(builder.build());
    for (const char* id : {"uniformity.spread", "uniformity.modes", "uniformity.fairness", "uniformity.tail"})
      EXPECT_NE(find(verdicts, id).status, Status::fail) << preparation_ms << told(find(verdicts, id));
  }
}

TEST(HiddenFaults, WhoIsServedSlowlyOnlyInLargeFilesIsServedUnfairly) {
  auto builder = beside_control();
  builder.large_iterations = 3;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.client == 2 && ask.size >= large_from ? 900.0 : 0.0;
  };
  const Verdict fairness = find(judge_all(builder.build()), "uniformity.fairness");
  EXPECT_EQ(fairness.status, Status::fail) << told(fairness);
  EXPECT_THAT(fairness.measured, HasSubstr("16 MiB and more"));
}

TEST(HiddenFaults, TwoPausesOfTheMachineDoNotHideStallsElsewhere) {
  auto builder = beside_control();
  builder.clients = 8;
  builder.rounds = 20;
  builder.extra_ms = [](const Ask& ask, Random& random) {
    if (ask.op == Op::put) return ask.size >= large_from && (ask.round == 5 || ask.round == 9) ? 6000.0 : 0.0;
    return ask.size < large_from && uniform(random) < 0.045 ? 300.0 : 0.0;
  };
  const auto verdicts = judge_all(builder.build());
  for (const char* id : {"uniformity.stalls", "uniformity.tail"}) {
    EXPECT_EQ(find(verdicts, id).status, Status::fail) << told(find(verdicts, id));
    EXPECT_THAT(find(verdicts, id).happened, HasSubstr("(GET"));
  }
}

TEST(HiddenFaults, StallsOneAfterTheOtherAreNoRhythm) {
  auto builder = beside_control();
  builder.clients = 8;
  builder.rounds = 20;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.op == Op::put && ask.size >= large_from && (ask.round == 5 || ask.round == 9) ? 6000.0 : 0.0;
  };
  const Verdict stalls = find(judge_all(builder.build()), "uniformity.stalls");
  EXPECT_EQ(stalls.status, Status::warn) << told(stalls);
  EXPECT_THAT(stalls.happened, ::testing::Not(HasSubstr("each 1st")));
}

TEST(HiddenFaults, ALeakBesideACacheThatFillsIsFound) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto builder = beside_control();
    builder.seed = seed;
    builder.pss_mib = [](std::uint64_t n, Random& random) {
      const auto transfers = static_cast<double>(n);
      return 6 + std::min(60.0, transfers * 0.06) + transfers * 4 / 1024 + 0.1 * uniform(random);
    };
    const Verdict leak = find(judge_all(builder.build()), "memory.leak");
    EXPECT_EQ(leak.status, Status::fail) << told(leak);
    EXPECT_THAT(leak.happened, HasSubstr("over the second half"));
  }
}

TEST(HiddenFaults, WhatIsSeenElsewhereInTheRepeatsIsNotSeenAgain) {
  for (const bool same : {false, true}) {
    auto builder = beside_control();
    const double pass = 2560;  // transfers
    builder.extra_ms = [=](const Ask& ask, Random& random) {
      const bool repeats = !same && static_cast<double>(ask.ordinal) >= pass;
      const bool modes =
          repeats ? ask.op == Op::put && ask.size == 936281 : ask.op == Op::get && ask.size == 1;
      const bool spread =
          repeats ? ask.op == Op::put && ask.size == 1 : ask.op == Op::get && ask.size == 936281;
      return modes ? (uniform(random) < 0.3 ? 130.0 : 10.0) : spread ? 250 * uniform(random) : 0.0;
    };
    const auto verdicts = judge_all(builder.build());
    for (const char* id : {"uniformity.modes", "uniformity.spread"})
      EXPECT_EQ(find(verdicts, id).status, same ? Status::fail : Status::warn) << told(find(verdicts, id));
  }
}

TEST(HiddenFaults, WhoIsPutBeforeAllOthersIsServedUnfairly) {
  for (const std::uint32_t clients : {3u, 4u, 8u}) {
    auto builder = beside_control();
    builder.clients = clients;
    builder.extra_ms = [](const Ask& ask, Random&) {
      return ask.client == 1 ? 1.0 : 90.0;
    };
    const Verdict fairness = find(judge_all(builder.build()), "uniformity.fairness");
    EXPECT_EQ(fairness.status, Status::fail) << clients << told(fairness);
    EXPECT_THAT(fairness.summary, HasSubstr("Client 1 is served"));
    EXPECT_THAT(fairness.summary, HasSubstr("more quickly"));
  }
}

TEST(HiddenFaults, ARunThatWasCutShortFailsByNothingThatRepeatsHadToShow) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 40.0 : 0.0;
  };
  auto record = builder.build();
  ASSERT_EQ(find(judge_all(record), "uniformity.stalls").status, Status::fail) << "it is the question";
  for (const auto state : {record::RunState::time_up, record::RunState::interrupted}) {
    record.state = state;
    const auto verdicts = judge_all(record);
    const Verdict& stalls = find(verdicts, "uniformity.stalls");
    EXPECT_EQ(stalls.status, Status::inconclusive) << told(stalls);
    EXPECT_THAT(stalls.summary, HasSubstr("before it could be repeated"));
    EXPECT_EQ(exit_code(record, verdicts), 2);
  }
}

/// One descriptor of each transfer, until in the repeats there are no more to be had.
RecordBuilder leaks_until(double fds_max) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.fds = [fds_max](std::uint64_t transfers) {
    return std::min(8.0 + static_cast<double>(transfers), fds_max);
  };
  return builder;
}

TEST(HiddenFaults, ALeakThatCameToTheServersLimitInTheRepeatsIsNoWarmUp) {
  auto builder = leaks_until(3'000);
  const auto transfers = judge_all(builder.build());
  EXPECT_NE(find(transfers, "handles.descriptors").status, Status::fail)
      << "without failing transfers it is a pool that is full";
  builder.error = [](const Ask& ask, Random&) {
    return ask.ordinal > 3'000 ? record::TransferError::refused : record::TransferError::none;
  };
  const Verdict leak = find(judge_all(builder.build()), "handles.descriptors");
  EXPECT_EQ(leak.status, Status::fail) << told(leak);
  EXPECT_THAT(leak.confidence, HasSubstr("seen again in fresh repeats")) << "as far as it served anybody";
}

TEST(HiddenFaults, ALeakThatFillsTheServerInTheFirstPassIsNoPlateau) {
  for (const double room : {900, 1500}) {
    auto builder = leaks_until(room + 8);
    EXPECT_NE(find(judge_all(builder.build()), "handles.descriptors").status, Status::fail)
        << "without failing transfers it is a pool that is full";
    builder.error = [room](const Ask& ask, Random&) {
      return static_cast<double>(ask.ordinal) >= room ? record::TransferError::refused
                                                      : record::TransferError::none;
    };
    const Verdict leak = find(judge_all(builder.build()), "handles.descriptors");
    EXPECT_EQ(leak.status, Status::fail) << room << ": " << told(leak);
    EXPECT_THAT(leak.confidence, HasSubstr("100 % of the repeats' transfers failed")) << room;
  }
}

/// A pool of threads for each PUT, until there can be no more and nobody is answered: the driver gives the
/// work up, and there is nothing to repeat.
TEST(HiddenFaults, ALeakAfterWhichNobodyIsAnsweredNeedsNoRepeats) {
  auto builder = leaks_until(1'500);
  builder.confirmation = false;
  builder.error = [](const Ask& ask, Random& random) {
    return ask.ordinal > 1'000 && uniform(random) < 0.1 ? record::TransferError::deadline
                                                        : record::TransferError::none;
  };
  auto record = builder.build();
  std::erase_if(record.quiet_points, [](const record::QuietPoint& point) {
    return point.kind == record::QuietKind::round && point.round > 5;
  });
  auto again = record.quiet_points.back();
  again.kind = record::QuietKind::settled;
  again.confirmation = true;
  record.quiet_points.push_back(again);
  EXPECT_EQ(find(judge_all(record), "handles.descriptors").status, Status::inconclusive);
  record.warnings.push_back({record::gave_up_warning, "every one of 4 transfers ended without an answer"});
  const Verdict leak = find(judge_all(record), "handles.descriptors");
  EXPECT_EQ(leak.status, Status::fail) << told(leak);
  EXPECT_THAT(leak.confidence, HasSubstr("nothing could be repeated"));
}

}  // namespace
}  // namespace bftp::judge::testing
