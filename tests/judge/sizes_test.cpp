// uniformity.sizes: a file that takes longer than a larger one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"
#include "tests/judge/with_delays.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t odd_size = 65'536;

RecordBuilder of_sizes(double odd_ms, record::Op op = record::Op::get) {
  RecordBuilder builder;
  builder.files = {{"size_65535.bin", odd_size - 1},
                   {"size_65536.bin", odd_size},
                   {"size_65537.bin", odd_size + 1},
                   {"oliver_twist.txt", 936281}};
  builder.confirmation = true;
  builder.extra_ms = [=](const Ask& ask, RecordBuilder::Random&) {
    return ask.size == odd_size && ask.op == op ? odd_ms : 0;
  };
  return builder;
}

Verdict judged(const record::RunRecord& record) {
  return find(judge_all(record), "uniformity.sizes");
}

TEST(Sizes, FailAMultipleOfABufferThatWaits) {
  const auto verdict = judged(of_sizes(200).build());
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
  EXPECT_THAT(verdict.summary, HasSubstr("GET of size_65536.bin (64 KiB) takes"));
  EXPECT_THAT(verdict.cause, HasSubstr("TCP_CORK"));
  EXPECT_THAT(verdict.confidence, HasSubstr("seen again"));
  EXPECT_EQ(verdict.part, "GET of size_65536.bin");
  ASSERT_FALSE(verdict.series.empty());
  EXPECT_EQ(verdict.series.front().x.size(), 4u) << "a point for each file";
}

TEST(Sizes, NameTheDelayedAcknowledgement) {
  const auto verdict = judged(of_sizes(40, record::Op::put).build());
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
  EXPECT_THAT(verdict.summary, HasSubstr("PUT of size_65536.bin"));
  EXPECT_THAT(verdict.cause, HasSubstr("Nagle"));
}

TEST(Sizes, PassWhatGrowsWithTheFileAndWhatASchedulerDoes) {
  EXPECT_EQ(judged(of_sizes(0).build()).status, Status::pass);
  EXPECT_EQ(judged(of_sizes(20).build()).status, Status::pass) << "below the line";
  auto per_byte = of_sizes(0);
  per_byte.extra_ms = [](const Ask& ask, RecordBuilder::Random&) {
    return static_cast<double>(ask.size) * 1e-3;
  };
  EXPECT_EQ(judged(per_byte.build()).status, Status::pass) << "a slow server is no uneven one";
  auto all = of_sizes(0);
  all.extra_ms = [](const Ask&, RecordBuilder::Random&) {
    return 200.0;
  };
  EXPECT_EQ(judged(all.build()).status, Status::pass) << "all alike";
}

/// Half of the rounds of one file meet a busy machine.
TEST(Sizes, PassABurstOfLoad) {
  auto builder = of_sizes(0);
  builder.extra_ms = [](const Ask& ask, RecordBuilder::Random&) {
    return ask.size == odd_size && ask.round % 2 == 0 ? 300.0 : 0.0;
  };
  EXPECT_NE(judged(builder.build()).status, Status::fail);
}

TEST(Sizes, PassWhereTheReferenceServerTakesAsMuchLonger) {
  auto builder = of_sizes(200);
  builder.control = true;
  const auto record = builder.build();
  EXPECT_EQ(judged(record).status, Status::fail) << "it does not";
  const auto verdict = judged(with_delays(record, [](const record::TransferPoint& point) {
    return point.arm == record::Arm::control && point.fixture == 1 ? 200.0 : 0.0;
  }));
  EXPECT_EQ(verdict.status, Status::pass) << verdict.summary;
  EXPECT_THAT(verdict.summary, HasSubstr("The reference server"));
}

TEST(Sizes, AreInconclusiveOnADisturbedMachineWithoutAControl) {
  auto builder = of_sizes(200);
  builder.strangers_share = 0.5;
  const auto verdict = judged(builder.build());
  EXPECT_EQ(verdict.status, Status::inconclusive) << verdict.summary;
  builder.control = true;
  EXPECT_EQ(judged(builder.build()).status, Status::fail) << "it met the same machine";
}

TEST(Sizes, AreSkippedForOneFile) {
  auto builder = of_sizes(0);
  builder.files = {{"oliver_twist.txt", 936281}};
  EXPECT_EQ(judged(builder.build()).status, Status::skip);
}

}  // namespace
}  // namespace bftp::judge::testing
