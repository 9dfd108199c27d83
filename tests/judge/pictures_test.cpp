// Every verdict shows its evidence as a picture, whatever it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::ElementsAre;

/// What was judged and has nothing to draw.
std::set<std::string> without_picture(const std::vector<Verdict>& verdicts) {
  std::set<std::string> ids;
  for (const Verdict& verdict : verdicts) {
    if (verdict.status != Status::skip && verdict.series.empty()) ids.insert(verdict.id);
    for (const Series& series : verdict.series) {
      EXPECT_FALSE(series.x.empty()) << verdict.id << ": " << series.title;
      EXPECT_EQ(series.x.size(), series.y.size()) << verdict.id << ": " << series.title;
    }
  }
  return ids;
}

/// What the sampler sees while nothing is transferred.
record::RunRecord sampled(record::RunRecord record) {
  for (const record::Watch& watch : record.watches) {
    for (const double time_s : {watch.start_s, (watch.start_s + watch.end_s) / 2, watch.end_s})
      record.samples.push_back({.time_s = time_s, .arm = watch.arm, .cpu_total_s = time_s / 100});
  }
  return record;
}

/// Words of the harness about itself, which no figure stands behind.
const std::set<std::string> words_only = {"harness.warnings"};

TEST(Pictures, StandBesideEveryVerdictAboutAHealthyServer) {
  EXPECT_EQ(without_picture(judge_all(sampled(RecordBuilder{}.build()))), words_only);
}

TEST(Pictures, StandBesideEveryVerdictAboutABrokenServer) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, RecordBuilder::Random&) {
    return ask.ordinal < 9 ? record::TransferError::none : record::TransferError::connect_failed;
  };
  auto record = sampled(builder.build());
  record.server_ends.front().killed = true;
  record.server_ends.front().stop_took_s.reset();
  record.server_ends.front().asked_s = 10;
  record.server_ends.front().time_s = 15.5;
  EXPECT_EQ(without_picture(judge_all(record)), words_only);
}

TEST(Pictures, ShowTheServerFromSigtermToItsEnd) {
  auto record = RecordBuilder{}.build();
  record.server_ends.front().stop_took_s = 0.25;
  const auto stopped = judge_all(record);
  const auto& series = find(stopped, "lifecycle.stops").series;
  ASSERT_EQ(series.size(), 2u);
  EXPECT_THAT(series[0].x, ElementsAre(0, 0.25, 5));
  EXPECT_THAT(series[0].y, ElementsAre(1, 0, 0));
  EXPECT_TRUE(series[0].holds);
  EXPECT_THAT(series[1].x, ElementsAre(5, 5)) << "the limit";
}

TEST(Pictures, ShowTheReadingsAtRestThatAreJudged) {
  RecordBuilder builder;
  builder.pss_mib = [](std::uint64_t transfers, RecordBuilder::Random&) {
    return transfers == 0 ? 6.0 : 20.0;
  };
  auto record = builder.build();
  for (auto& point : record.quiet_points)
    if (point.kind == record::QuietKind::settled) point.sample.pss_mib = 9, point.sample.fds = 31;
  const auto verdicts = judge_all(record);
  for (const char* id : {"memory.returns", "memory.leak", "handles.descriptors"}) {
    const auto& series = find(verdicts, id).series;
    ASSERT_GE(series.size(), 2u) << id;
    EXPECT_EQ(series[0].x.front(), 0) << id << ": before the first transfer";
    EXPECT_EQ(series[0].y.size(), 1u + builder.rounds + 1u) << id;
    EXPECT_EQ(series[0].y.back(), id == std::string("handles.descriptors") ? 31 : 9) << id;
    EXPECT_EQ(series[1].title, "limit") << id;
  }
}

TEST(Pictures, DrawTheLimitOfAPeakWithoutPagesOfNoFile) {
  const auto verdicts = judge_all(RecordBuilder{}.build());
  const auto& series = find(verdicts, "memory.peak").series;
  ASSERT_EQ(series.size(), 2u);
  EXPECT_EQ(series[1].title, "limit");
  EXPECT_EQ(series[1].x.front(), series[0].x.front());
}

TEST(Pictures, DrawTheLimitOfAShortRunWhereThatHolds) {
  RecordBuilder builder;
  builder.rounds = 4;
  const Verdict leak = find(judge_all(builder.build()), "memory.leak");
  ASSERT_NE(leak.limit.find("at most 4096 bytes per transfer"), std::string::npos) << leak.limit;
  const Series& limit = leak.series.at(1);
  ASSERT_EQ(limit.title, "limit");
  EXPECT_NEAR((limit.y[1] - limit.y[0]) / (limit.x[1] - limit.x[0]) * 1024 * 1024, 4096, 0.01);
}

TEST(Pictures, ShowAServerThatHadToBeKilledUpToThen) {
  auto record = RecordBuilder{}.build();
  auto& end = record.server_ends.front();
  end.killed = true;
  end.stop_took_s.reset();
  end.asked_s = 10;
  end.time_s = 15.5;
  const auto killed = judge_all(record);
  const auto& series = find(killed, "lifecycle.stops").series;
  ASSERT_EQ(series.size(), 2u);
  EXPECT_THAT(series[0].x, ElementsAre(0, 5.5));
  EXPECT_THAT(series[0].y, ElementsAre(1, 1));
}

}  // namespace
}  // namespace bftp::judge::testing
