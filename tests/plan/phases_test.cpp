#include "harness/plan/phases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/plan/make_plan.hpp"

namespace bftp::plan {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

protocol::Result<Plan> with_phases(const std::string& words) {
  PlanRequest request;
  request.phases = words;
  return make_plan(request, PlanContext{});
}

std::vector<std::string> run_by(const Plan& plan) {
  std::vector<std::string> names;
  for (const Phase& phase : phases)
    if (runs_phase(plan, phase.name)) names.emplace_back(phase.name);
  return names;
}

TEST(PlanPhases, AreAllUnlessSaid) {
  EXPECT_EQ(run_by(make_plan({}, PlanContext{}).value()).size(), phases.size());
  EXPECT_EQ(run_by(with_phases("all").value()).size(), phases.size());
}

TEST(PlanPhases, AreThoseThatAreNamed) {
  EXPECT_THAT(run_by(with_phases("none").value()), ElementsAre());
  EXPECT_THAT(run_by(with_phases("aborts,idle").value()), ElementsAre("idle", "aborts"));
}

TEST(PlanPhases, ComeBackFromThePlansFile) {
  const auto plan = with_phases("aborts,idle");
  ASSERT_TRUE(plan);
  const auto again = make_plan_from_text(to_toml(*plan), "plan.toml", {}, PlanContext{});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->phases, plan->phases);
  EXPECT_THAT(to_toml(make_plan({}, PlanContext{}).value()), testing::Not(HasSubstr("phases")))
      << "an older version would not know the key";
}

TEST(PlanPhases, MayNotContradictEachOther) {
  EXPECT_THAT(with_phases("none,idle").error().message, AllOf(HasSubstr("--phases"), HasSubstr("none")));
  EXPECT_THAT(with_phases("idle,all").error().message, AllOf(HasSubstr("--phases"), HasSubstr("all")));
  EXPECT_THAT(with_phases("afterwards").error().message, HasSubstr("crowd"));
  EXPECT_TRUE(with_phases("crowd,afterwards"));
  EXPECT_THAT(with_phases("abort").error().message, HasSubstr("did you mean \"aborts\"?"));
}

}  // namespace
}  // namespace bftp::plan
