#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/exercise_leaks.hpp"
#include "harness/judge/garbage.hpp"
#include "seen_memory.hpp"

/// What whole transfers and the requests after the rounds leave behind, judged together.
namespace bftp::judge::testing {
namespace {

using record::RuntimeKind;
using ::testing::HasSubstr;
using ::testing::Not;

/// The same with everything that so many KiB of each whole transfer would have added.
std::vector<MemoryPoint> leaking(std::vector<MemoryPoint> points, double kib) {
  double transfers = 0, kept = 0, requests = 0;
  for (auto& point : points) {
    const auto done = static_cast<double>(point.done);
    const bool exercise = point.kind == QuietKind::refused || point.kind == QuietKind::aborted;
    double more = exercise ? done - requests : done - transfers;
    if (exercise) {
      requests = done;
      more = std::max(more, 0.0);
    } else {
      transfers = done;
    }
    kept += more * kib / 1024;
    point.pss_mib += kept;
  }
  return points;
}

TEST(JointLeak, WhatEveryRequestLeavesIsToldOfWholeTransfers) {
  for (const auto& points : {small_leak, growing_list, growing_list_slower_at_first}) {
    const auto verdicts = judge_all(run_of(points));
    const Verdict& leak = find(verdicts, "memory.leak");
    EXPECT_EQ(leak.status, Status::fail) << leak.summary << leak.confidence;
    EXPECT_THAT(leak.confidence, HasSubstr("seen again"));
    for (const char* id : {"memory.leak_on_errors", "memory.leak_on_aborts"}) {
      const Verdict& verdict = find(verdicts, id);
      EXPECT_NE(verdict.status, Status::fail) << id << verdict.summary;
      EXPECT_THAT(verdict.happened, Not(HasSubstr("do not do this"))) << id;
    }
  }
  const auto verdicts = judge_all(run_of(small_leak));
  EXPECT_THAT(find(verdicts, "memory.leak").happened, HasSubstr("of each refused request"));
  EXPECT_THAT(find(verdicts, "memory.leak").summary, HasSubstr("about 2.02 KiB"));
  EXPECT_THAT(find(verdicts, "memory.leak_on_aborts").summary, HasSubstr("memory.leak's matter"));
  EXPECT_THAT(find(verdicts, "memory.leak_on_aborts").limit, HasSubstr("twice the 2"));
}

/// Rounds at `whole` KiB of each transfer, requests at `request` KiB of each.
std::vector<MemoryPoint> made_up(double whole, double request) {
  std::vector<MemoryPoint> points = {{QuietKind::baseline, first, 0, 10}};
  double mib = 10;
  std::uint64_t transfers = 0;
  for (const bool pass : {first, again}) {
    for (int round = 0; round < 4; ++round) {
      mib += whole * 160 / 1024;
      points.push_back({QuietKind::round, pass, transfers += 160, mib});
    }
    points.push_back({QuietKind::settled, pass, transfers, mib});
    points.push_back({QuietKind::refused, pass, 0, mib});
    for (std::uint64_t requests = 60; requests <= 360; requests += 60)
      points.push_back({QuietKind::refused, pass, requests, mib += request * 60 / 1024});
    points.push_back({QuietKind::refused, pass, 360, mib});
  }
  return points;
}

TEST(JointLeak, OnlyAPathThatLeavesMoreIsBlamedAlone) {
  const auto alone = judge_all(run_of(made_up(0, 8)));
  EXPECT_EQ(find(alone, "memory.leak").status, Status::pass);
  EXPECT_EQ(find(alone, "memory.leak_on_errors").status, Status::fail);
  EXPECT_THAT(find(alone, "memory.leak_on_errors").happened, HasSubstr("whole transfers do not do this"));

  const auto more = judge_all(run_of(made_up(1, 8)));
  EXPECT_EQ(find(more, "memory.leak").status, Status::pass) << "1 KiB in a short run may be a warm-up";
  EXPECT_EQ(find(more, "memory.leak_on_errors").status, Status::fail);
  EXPECT_THAT(find(more, "memory.leak_on_errors").happened,
              HasSubstr("whole transfers left less: at most 1 KiB"));

  const auto alike = judge_all(run_of(made_up(2, 2)));
  EXPECT_EQ(find(alike, "memory.leak").status, Status::fail);
  EXPECT_EQ(find(alike, "memory.leak_on_errors").status, Status::pass);

  const auto both = judge_all(run_of(made_up(8, 64)));
  EXPECT_EQ(find(both, "memory.leak").status, Status::fail);
  EXPECT_EQ(find(both, "memory.leak_on_errors").status, Status::fail);
}

TEST(JointLeak, WhatTheRunCannotTellIsNotClaimed) {
  auto points = made_up(0, 8);
  // Rounds that go up and down by so much that 8 KiB of each may be in it.
  const double shaken[] = {10, 12, 10.4, 12.4};
  for (std::size_t i = 0; i < 4; ++i) points[i + 1].pss_mib = shaken[i];
  const auto verdicts = judge_all(run_of(points));
  const Verdict& verdict = find(verdicts, "memory.leak_on_errors");
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
  EXPECT_THAT(verdict.happened, HasSubstr("cannot tell whether they do the same"));
  EXPECT_THAT(verdict.happened, Not(HasSubstr("do not do this")));
}

/// A heap that is not full hides in the first pass what the repeats show.
TEST(JointLeak, TheRepeatsSpeakOfWholeTransfersToo) {
  auto points = made_up(0, 6);
  double kept = 0;
  std::uint64_t before = 640;
  for (auto& point : points) {
    if (!point.confirmation) continue;
    if (point.kind == QuietKind::round) {
      kept += static_cast<double>(point.done - before) * 6 / 1024;
      before = point.done;
    }
    point.pss_mib += kept;
  }
  const Verdict verdict = find(judge_all(run_of(points)), "memory.leak_on_errors");
  EXPECT_THAT(verdict.happened, Not(HasSubstr("do not do this")));
  EXPECT_THAT(verdict.happened, Not(HasSubstr("left less")));
}

TEST(JointLeak, UnsteadyGrowthOfAnExerciseIsSaidToBeThat) {
  auto points = made_up(0, 0);
  const double steps[] = {10.01, 10.02, 10.5, 10.52, 10.9, 10.95};
  std::size_t i = 0;
  for (auto& point : points)
    if (point.kind == QuietKind::refused && point.done > 0)
      point.pss_mib = steps[std::min<std::size_t>(i++ % 7, 5)];
  const auto verdicts = judge_all(run_of(points));
  const Verdict& verdict = find(verdicts, "memory.leak_on_errors");
  EXPECT_THAT(verdict.summary, Not(HasSubstr("does not grow"))) << verdict.measured << verdict.confidence;
  EXPECT_THAT(verdict.limit, HasSubstr("256 bytes"));
}

TEST(JointLeak, ShortRunsShowTheLimitsThatTheyAreJudgedBy) {
  EXPECT_THAT(find(judge_all(run_of(made_up(1, 0))), "memory.leak").limit,
              HasSubstr("4096 bytes per transfer in so short a run, or 1 MiB"));
  EXPECT_THAT(find(judge_all(run_of(made_up(2, 2))), "memory.leak").limit, HasSubstr("256 bytes"));
}

TEST(GarbageInAShortRun, OfAHealthyGoServerPassesWithItsBound) {
  for (const auto& points : {go_http, go_whole_files}) {
    auto record = run_of(points);
    record.server_runtime.kind = RuntimeKind::go;
    const auto verdicts = judge_all(record);
    const Verdict& verdict = find(verdicts, "memory.leak");
    EXPECT_EQ(verdict.status, Status::pass) << verdict.summary << verdict.confidence;
    EXPECT_THAT(verdict.summary, HasSubstr("A leak would have to be below"));
    EXPECT_FALSE(any(verdicts, Status::inconclusive)) << listed(verdicts, Status::inconclusive);
  }
}

/// No slope, but far above where it began: a later quiet point that is low tells that it was garbage.
TEST(GarbageInAShortRun, ThatIsGoneLaterIsNoLevelToDoubt) {
  std::vector<MemoryPoint> points = go_whole_files;
  const double levels[] = {71.6, 85.2, 71.6, 80};
  for (std::size_t i = 0; i < 4; ++i) points[i + 1].pss_mib = levels[i];
  auto record = run_of(points);
  record.server_runtime.kind = RuntimeKind::go;
  EXPECT_EQ(find(judge_all(record), "memory.leak").status, Status::pass);
  for (auto& point : record.quiet_points)
    if (point.kind == QuietKind::refused || point.kind == QuietKind::aborted) point.sample.pss_mib = 90;
  EXPECT_EQ(find(judge_all(record), "memory.leak").status, Status::inconclusive);
}

TEST(GarbageInAShortRun, HidesNoLeakOf64KiB) {
  for (const auto& points : {go_http, go_whole_files}) {
    auto record = run_of(leaking(points, 64));
    record.server_runtime.kind = RuntimeKind::go;
    const Verdict verdict = find(judge_all(record), "memory.leak");
    EXPECT_TRUE(verdict.status == Status::fail || verdict.status == Status::inconclusive) << verdict.summary;
    EXPECT_FALSE(leak_bound({record, false}).has_value());
  }
}

TEST(GarbageInAShortRun, IsNoExcuseForWhatTheRequestsLeaveToo) {
  auto record = run_of(made_up(6, 6));
  record.server_runtime.kind = RuntimeKind::go;
  EXPECT_NE(find(judge_all(record), "memory.leak").status, Status::pass);
}

TEST(GarbageInAShortRun, NeedsRequestsAfterTheRounds) {
  auto points = go_http;
  std::erase_if(points, [](const auto& point) {
    return point.kind == QuietKind::refused || point.kind == QuietKind::aborted;
  });
  auto record = run_of(points);
  record.server_runtime.kind = RuntimeKind::go;
  EXPECT_FALSE(leak_bound({record, false}).has_value());
  EXPECT_EQ(find(judge_all(record), "memory.leak").status, Status::inconclusive);
}

TEST(GarbageInAShortRun, IsNoneWithoutACollector) {
  EXPECT_FALSE(leak_bound({run_of(go_http), false}).has_value());
  auto java_run = run_of(java);
  java_run.server_runtime.kind = RuntimeKind::hotspot;
  EXPECT_FALSE(leak_bound({java_run, false}).has_value()) << "64 KiB of each could be in there";
}

}  // namespace
}  // namespace bftp::judge::testing
