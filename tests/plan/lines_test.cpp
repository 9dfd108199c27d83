#include "harness/plan/lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/temporary_folder.hpp"

namespace bftp::plan {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class OtherLines : public testing::Test {
 protected:
  OtherLines() {
    context_.known_checks = {"cpu.cost", "cpu.idle"};
    context_.known_limits = {{"cpu.cost", {"times_max", "times_warn"}}, {"cpu.idle", {"share_max"}}};
    plan_.iterations = 77;
    plan_.limits["cpu.cost"]["times_max"] = 10;
    plan_.waivers["cpu.cost"] = "as recorded";
  }
  protocol::Result<void> drawn() { return draw_other_lines(plan_, request_, context_); }
  /// Of a plan file with this text.
  protocol::Result<void> drawn_from(const std::string& toml) {
    folder_.write("my.toml", toml);
    request_.plan_file = folder_.file("my.toml");
    return drawn();
  }

  TemporaryFolder folder_;
  Plan plan_;
  PlanRequest request_;
  PlanContext context_;
};

TEST_F(OtherLines, AreTheRecordedOnesWithWhatIsTyped) {
  request_.limits = {"cpu.idle.share_max=0.5", "cpu.cost.times_max=20"};
  request_.waivers = {"cpu.idle=issue 3"};
  const auto done = drawn();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(plan_.limits["cpu.idle"]["share_max"], 0.5);
  EXPECT_EQ(plan_.limits["cpu.cost"]["times_max"], 20);
  EXPECT_THAT(plan_.waivers, ElementsAre(Pair("cpu.cost", "as recorded"), Pair("cpu.idle", "issue 3")));
}

TEST_F(OtherLines, OfAFileTakeThePlaceOfTheRecordedOnesAndNothingElseDoes) {
  const auto done = drawn_from("iterations = 5\n[limits.\"cpu.cost\"]\ntimes_warn = 4\n");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(plan_.limits, ElementsAre(Pair("cpu.cost", ElementsAre(Pair("times_warn", 4.0)))));
  EXPECT_TRUE(plan_.waivers.empty());
  EXPECT_EQ(plan_.iterations, 77u);
}

TEST_F(OtherLines, AreRefusedLikeAPlans) {
  request_.limits = {"cpu.cost.time_max=1"};
  EXPECT_THAT(drawn().error().message, AllOf(HasSubstr("--limit"), HasSubstr("times_max")));
  request_.limits = {};
  request_.waivers = {"cpu.csot=why"};
  EXPECT_THAT(drawn().error().message, HasSubstr("did you mean \"cpu.cost\"?"));
  request_.waivers = {};
  EXPECT_THAT(drawn_from("\n[limits.\"cpu.cost\"]\ntimes_max = \"many\"\n").error().message,
              AllOf(HasSubstr("my.toml:3"), HasSubstr("number")));
  EXPECT_THAT(drawn_from("[limit.\"cpu.cost\"]\ntimes_max = 5\n").error().message,
              AllOf(HasSubstr("my.toml:2"), HasSubstr("there is no setting")));
  EXPECT_THAT(drawn_from("[sevrer]\n").error().message, HasSubstr("did you mean \"server\"?"));
  request_.plan_file = folder_.file("missing.toml");
  EXPECT_EQ(drawn().error().kind, protocol::ErrorKind::not_found);
}

}  // namespace
}  // namespace bftp::plan
