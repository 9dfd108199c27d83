#include "harness/judge/left_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(LeftOut, IsSaidOfAPhaseThatThePlanIsWithout) {
  RecordBuilder builder;
  record::RunRecord record = builder.build();
  EXPECT_EQ(why_phase_was_left_out(record, "aborts"), "");
  record.plan.phases = {"idle", "crowd"};
  EXPECT_EQ(why_phase_was_left_out(record, "idle"), "");
  EXPECT_THAT(why_phase_was_left_out(record, "aborts"),
              AllOf(HasSubstr("idle,crowd"), HasSubstr("--phases")));
}

TEST(LeftOut, ChecksOfPhasesAreSkippedWithTheReason) {
  RecordBuilder builder;
  record::RunRecord record = builder.build();
  record.plan.phases = {"none"};
  record.watches.clear();
  record.exercises.clear();
  record.crowdings.clear();
  const auto verdicts = judge_all(record);
  for (const char* id :
       {"cpu.idle", "cpu.stalled", "cpu.half_open", "cpu.after_aborts", "memory.leak_on_errors",
        "memory.leak_on_aborts", "memory.leak_on_other_verbs", "memory.leak_on_replacements",
        "handles.leak_on_aborts", "uniformity.afterwards", "uniformity.client_scaling"}) {
    const Verdict verdict = find(verdicts, id);
    EXPECT_EQ(verdict.status, Status::skip) << id;
    EXPECT_THAT(verdict.summary, HasSubstr("--phases")) << id;
  }
}

}  // namespace
}  // namespace bftp::judge::testing
