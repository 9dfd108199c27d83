#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record_builder.hpp"

/// A tail among few transfers: what they cannot show is said with the bound, not with "too few".
namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;

Verdict tail_of(std::uint32_t clients, std::uint32_t rounds, std::uint32_t iterations) {
  RecordBuilder builder;
  builder.clients = clients;
  builder.rounds = rounds;
  builder.iterations = iterations;
  builder.files = {{"only.bin", 1000}};
  builder.ops = {record::Op::get};
  return find(judge_all(builder.build()), "uniformity.tail");
}

TEST(Tail, OfTwentyIterationsByOneClientIsJudged) {
  const Verdict verdict = tail_of(1, 4, 5);
  EXPECT_EQ(verdict.status, Status::pass) << verdict.summary;
  EXPECT_THAT(verdict.confidence, HasSubstr("18 % of transfers beyond the limit")) << "1 - 0.05^(1/15)";
}

TEST(Tail, OfAHandfulIsNot) {
  const Verdict verdict = tail_of(1, 2, 4);
  EXPECT_EQ(verdict.status, Status::inconclusive);
  EXPECT_THAT(verdict.summary, HasSubstr("4 after the first round"));
  EXPECT_THAT(verdict.settle, HasSubstr("--iterations"));
}

}  // namespace
}  // namespace bftp::judge::testing
