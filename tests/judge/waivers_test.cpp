#include "harness/judge/waivers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge {
namespace {

using testing::RecordBuilder;

Verdict verdict(const std::string& id, Status status) {
  Verdict made;
  made.id = id;
  made.status = status;
  made.severity = Severity::critical;
  made.summary = "What was found.";
  made.happened = "This happened.";
  return made;
}

Verdict waived(Status status) {
  std::vector<Verdict> verdicts{verdict("cpu.cost", status), verdict("cpu.idle", Status::fail)};
  verdicts.front().rounds_wanted = 3;
  apply_waivers({{"cpu.cost", "issue 12"}, {"never.judged", "x"}}, verdicts);
  EXPECT_EQ(verdicts.size(), 2u);
  EXPECT_EQ(verdicts.back().status, Status::fail) << "nobody waived that";
  EXPECT_EQ(verdicts.back().waived, "");
  return verdicts.front();
}

TEST(JudgeWaivers, MakeAFailureAWarningThatTellsBoth) {
  const auto got = waived(Status::fail);
  EXPECT_EQ(got.status, Status::warn);
  EXPECT_EQ(got.severity, Severity::minor);
  EXPECT_EQ(got.summary, "Failed, and waived: issue 12");
  EXPECT_EQ(got.happened, "What was found. This happened.");
  EXPECT_EQ(got.waived, "issue 12");
}

TEST(JudgeWaivers, TellWhatHappenedOnce) {
  auto failed = verdict("cpu.cost", Status::fail);
  failed.happened = "What was found. And then more.";
  std::vector<Verdict> verdicts{failed};
  apply_waivers({{"cpu.cost", "x"}}, verdicts);
  EXPECT_EQ(verdicts.front().happened, "What was found. And then more.");
}

TEST(JudgeWaivers, WantNoMoreRoundsForWhatIsInconclusive) {
  const auto got = waived(Status::inconclusive);
  EXPECT_EQ(got.status, Status::warn);
  EXPECT_EQ(got.summary, "Inconclusive, and waived: issue 12");
  EXPECT_FALSE(got.rounds_wanted);
  EXPECT_EQ(got.waived, "issue 12");
}

TEST(JudgeWaivers, SayWhenTheyAreNotNeededAnyMore) {
  const auto got = waived(Status::pass);
  EXPECT_EQ(got.status, Status::warn);
  EXPECT_THAT(got.summary, ::testing::HasSubstr("not needed any more"));
  EXPECT_THAT(got.cause, ::testing::HasSubstr("issue 12"));
  EXPECT_EQ(got.waived, "") << "there is nothing to accept";
}

TEST(JudgeWaivers, LeaveTheRestAlone) {
  for (const auto status : {Status::skip, Status::warn}) {
    const auto got = waived(status);
    EXPECT_EQ(got.status, status);
    EXPECT_EQ(got.summary, "What was found.");
    EXPECT_EQ(got.waived, "");
  }
}

TEST(JudgeWaivers, TakeOneServerOfAComparisonOrBoth) {
  const auto waived_by = [](const char* id, Status of_base) {
    std::vector<Verdict> verdicts{verdict("base.identity.copies", of_base),
                                  verdict("head.identity.copies", Status::fail),
                                  verdict("gate.cpu", Status::fail)};
    apply_waivers({{id, "known"}}, verdicts);
    return std::vector{verdicts[0].status, verdicts[1].status, verdicts[2].status};
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(waived_by("head.identity.copies", Status::fail),
              ElementsAre(Status::fail, Status::warn, Status::fail));
  EXPECT_THAT(waived_by("identity.copies", Status::fail),
              ElementsAre(Status::warn, Status::warn, Status::fail));
  EXPECT_THAT(waived_by("identity.copies", Status::pass),
              ElementsAre(Status::pass, Status::warn, Status::fail))
      << "it is needed by the head";
  EXPECT_THAT(waived_by("gate.cpu", Status::pass), ElementsAre(Status::pass, Status::fail, Status::warn));
}

TEST(JudgeWaivers, DecideTheExitCodeOfARun) {
  RecordBuilder builder;
  builder.corrupt = [](const auto& ask, auto&) {
    return ask.ordinal % 50 == 0;
  };
  auto record = builder.build();
  auto verdicts = judge_all(record);
  std::map<std::string, std::string> waivers;
  for (const auto& one : verdicts)
    if (one.status == Status::fail || one.status == Status::inconclusive) waivers[one.id] = "known";
  EXPECT_EQ(exit_code(record, verdicts), 1);
  ASSERT_TRUE(waivers.contains("identity.copies"));
  record.plan.waivers = waivers;
  verdicts = judge_all(record);
  EXPECT_EQ(exit_code(record, verdicts), 0);
  EXPECT_TRUE(wanting_confirmation(record, verdicts).empty());
}

}  // namespace
}  // namespace bftp::judge
