#include "harness/plan/only_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/plan/make_plan.hpp"

namespace bftp::plan {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class OnlyCases : public testing::Test {
 protected:
  OnlyCases() {
    context_.known_cases = {"framing.byte_by_byte", "hostile.long_name"};
    context_.known_checks = {"identity.copies"};
  }
  protocol::Result<Plan> made(const std::string& only) {
    request_.only = only;
    return make_plan(request_, context_);
  }
  PlanContext context_;
  PlanRequest request_;
};

TEST_F(OnlyCases, AreRunAndNothingElse) {
  const auto plan = made("hostile.long_name,framing.byte_by_byte,hostile.long_name");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->only, ElementsAre("hostile.long_name", "framing.byte_by_byte"));
  EXPECT_FALSE(runs_transfers(*plan));
}

TEST_F(OnlyCases, WinOverSuitesAndClients) {
  request_.suites = "all";
  request_.client = "./client {host} {port} {remote} {local}";
  const auto plan = made("hostile.long_name");
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_FALSE(runs_transfers(*plan));
  EXPECT_FALSE(tries_client(*plan));
  EXPECT_TRUE(runs_suite(*plan, "hostile")) << "which decides how strictly its cases are judged";
}

TEST_F(OnlyCases, ComeBackFromThePlansFile) {
  const auto plan = made("hostile.long_name");
  ASSERT_TRUE(plan);
  const auto again = make_plan_from_text(to_toml(*plan), "plan.toml", {}, context_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->only, plan->only);
  EXPECT_EQ(again->suites, plan->suites);
}

TEST_F(OnlyCases, HaveToExist) {
  EXPECT_THAT(made("hostile.long_nmae").error().message,
              AllOf(HasSubstr("--only"), HasSubstr("did you mean \"hostile.long_name\"?")));
  EXPECT_THAT(made("identity.copies").error().message,
              AllOf(HasSubstr("--only"), HasSubstr("is a check of a whole run")));
  EXPECT_THAT(made("").error().message, HasSubstr("--only"));
  const auto in_file = make_plan_from_text("only = 'nothing'\n", "my.toml", {}, context_);
  ASSERT_FALSE(in_file);
  EXPECT_THAT(in_file.error().message, HasSubstr("my.toml:1"));
}

}  // namespace
}  // namespace bftp::plan
