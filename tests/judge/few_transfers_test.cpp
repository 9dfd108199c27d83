#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record_builder.hpp"

/// The shortest run that is sensible gets verdicts, with what they are worth; a shorter one does not.
namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;

std::vector<Verdict> judged(std::uint32_t rounds, std::uint32_t iterations) {
  RecordBuilder builder;
  builder.clients = 1;
  builder.rounds = rounds;
  builder.iterations = iterations;
  builder.files = {{"only.bin", 1000}};
  builder.ops = {record::Op::get};
  return judge_all(builder.build());
}

TEST(FewTransfers, TwentyIterationsByOneClientAreJudged) {
  const auto verdicts = judged(4, 5);
  for (const char* id : {"uniformity.tail", "uniformity.stalls", "uniformity.spread"})
    EXPECT_EQ(find(verdicts, id).status, Status::pass) << id << ": " << find(verdicts, id).summary;
  EXPECT_THAT(find(verdicts, "uniformity.tail").confidence, HasSubstr("18 % of transfers beyond the limit"))
      << "1 - 0.05^(1/15)";
}

TEST(FewTransfers, AHandfulIsNotJudged) {
  const auto verdicts = judged(2, 4);
  for (const char* id : {"uniformity.tail", "uniformity.stalls", "uniformity.spread"}) {
    EXPECT_EQ(find(verdicts, id).status, Status::inconclusive) << id;
    EXPECT_THAT(find(verdicts, id).settle, HasSubstr("At least 15")) << id;
  }
  EXPECT_THAT(find(verdicts, "uniformity.tail").summary, HasSubstr("4 after the first round"));
}

}  // namespace
}  // namespace bftp::judge::testing
