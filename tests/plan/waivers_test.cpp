#include "harness/plan/waivers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/plan/make_plan.hpp"

namespace bftp::plan {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class PlanWaivers : public testing::Test {
 protected:
  PlanWaivers() {
    context_.known_cases = {"hostile.long_name"};
    context_.known_checks = {"cpu.cost", "identity.copies"};
  }
  protocol::Result<Plan> made(std::vector<std::string> waivers, const char* toml = "") {
    PlanRequest request;
    request.waivers = std::move(waivers);
    return make_plan_from_text(toml, "my.toml", request, context_);
  }
  PlanContext context_;
};

TEST_F(PlanWaivers, KeepTheReasonOfChecksAndCases) {
  const auto plan = made({"cpu.cost=slow hash = issue 12", "hostile.long_name=known"});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->waivers,
              ElementsAre(Pair("cpu.cost", "slow hash = issue 12"), Pair("hostile.long_name", "known")));
}

TEST_F(PlanWaivers, ComeFromThePlansFileToo) {
  const auto plan =
      made({"cpu.cost=of the command line"},
           "[waivers]\n\"cpu.cost\" = \"of the file\"\n\"hostile.long_name\" = \"issue \\\"7\\\"\"\n");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->waivers.at("cpu.cost"), "of the command line");
  EXPECT_EQ(plan->waivers.at("hostile.long_name"), "issue \"7\"");
  const auto again = make_plan_from_text(to_toml(*plan), "plan.toml", {}, context_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->waivers, plan->waivers);
}

TEST_F(PlanWaivers, AreRefusedWithoutAReasonOrForNothing) {
  EXPECT_THAT(made({"cpu.cost"}).error().message, AllOf(HasSubstr("--waive"), HasSubstr("ID=REASON")));
  EXPECT_THAT(made({"=why"}).error().message, HasSubstr("ID=REASON"));
  EXPECT_THAT(made({"cpu.cost= "}).error().message,
              AllOf(HasSubstr("--waive cpu.cost"), HasSubstr("reason")));
  EXPECT_THAT(made({"cpu.csot=why"}).error().message, HasSubstr("did you mean \"cpu.cost\"?"));
  EXPECT_THAT(made({"cpu.cost=" + std::string(1'001, 'x')}).error().message, HasSubstr("1000 bytes"));
  EXPECT_THAT(made({}, "\n[waivers]\n\"cpu.cost\" = 3\n").error().message,
              AllOf(HasSubstr("my.toml:3"), HasSubstr("reason")));
}

}  // namespace
}  // namespace bftp::plan
