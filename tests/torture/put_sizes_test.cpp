// conformance.put_sizes: files that fill a buffer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// Writes a buffer when more comes than it holds, and at the end what is in it, unless it is full.
template <std::size_t buffer, bool sparse>
class ForgetsAFullBuffer final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    auto stored = content;
    if (!content.empty() && content.size() % buffer == 0) {
      stored.resize(content.size() - buffer);
      if (sparse) stored.resize(content.size());
    }
    BftpConnection::put(name, stored);
  }
};

TEST(PutSizes, PassARightServerAndLeaveNothing) {
  const auto trial = try_out<BftpConnection>();
  EXPECT_EQ(trial.outcomes.at("put_sizes").result, CaseResult::kept);
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
}

TEST(PutSizes, BreakABlockThatIsSentAgainAndAgain) {
  const auto outcome = try_one<RepeatsABlock>("put_sizes").outcomes.at("put_sizes");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the first 65536 of them right"));
}

TEST(PutSizes, BreakTheBufferThatIsFullAndNotWritten) {
  const auto cut = try_out<ForgetsAFullBuffer<20'480, false>>().outcomes.at("put_sizes");
  EXPECT_EQ(cut.result, CaseResult::broken);
  EXPECT_THAT(cut.happened, AllOf(HasSubstr("0 bytes that are not"), HasSubstr("which has 20480")));
  EXPECT_THAT(cut.cause, HasSubstr("The end is missing"));
  const auto zeros = try_out<ForgetsAFullBuffer<20'480, true>>().outcomes.at("put_sizes");
  EXPECT_EQ(zeros.result, CaseResult::broken);
  EXPECT_THAT(zeros.happened, HasSubstr("20480: beginning \"\\0\\0"));
  EXPECT_THAT(zeros.cause, HasSubstr("a buffer that was full"));
  EXPECT_EQ((try_out<ForgetsAFullBuffer<1'460, false>>().outcomes.at("put_sizes").result),
            CaseResult::broken);
  EXPECT_EQ((try_out<ForgetsAFullBuffer<3'000, true>>().outcomes.at("put_sizes").result), CaseResult::broken);
}

}  // namespace
}  // namespace bftp::torture
