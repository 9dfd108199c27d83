#include "harness/plan/client_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/plan/make_plan.hpp"

namespace bftp::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Plan plan_of(const PlanRequest& request) {
  auto plan = make_plan(request, {});
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : Plan{};
}
std::string refusal_of(const PlanRequest& request) {
  const auto plan = make_plan(request, {});
  return plan ? "" : plan.error().message;
}

TEST(ClientCommand, IsSplitAsAShellWould) {
  EXPECT_THAT(parse_client_command("curl -o {local} 'http://{host}:{port}/{remote}'").value(),
              ElementsAre("curl", "-o", "{local}", "http://{host}:{port}/{remote}"));
}

TEST(ClientCommand, HasToSayWhatAndWhere) {
  EXPECT_THAT(parse_client_command("client {remote}").error().message,
              AllOf(HasSubstr("no {local}"), HasSubstr("where to put it"), HasSubstr("right is")));
  EXPECT_THAT(parse_client_command("client {local}").error().message, HasSubstr("no {remote}"));
  EXPECT_THAT(parse_client_command("client {remote} {{local}}").error().message, HasSubstr("no {local}"))
      << "doubled braces are no placeholder";
  EXPECT_THAT(parse_client_command("client {remote} {local} {root}").error().message, HasSubstr("{root}"))
      << "a client has no business in the server's root";
  EXPECT_THAT(parse_client_command("client {remote} {locl}").error().message,
              HasSubstr("did you mean {local}"));
}

TEST(ClientPlan, PutsOnlyWhenToldHow) {
  EXPECT_THAT(plan_of({.client = "c {remote} {local}"}).ops, ElementsAre(protocol::Op::get));
  EXPECT_THAT(plan_of({.client = "c {op} {remote} {local}"}).ops,
              ElementsAre(protocol::Op::get, protocol::Op::put));
  EXPECT_THAT(refusal_of({.ops = "get,put", .client = "c {remote} {local}"}),
              AllOf(HasSubstr("--ops"), HasSubstr("{op}")));
}

TEST(ClientPlan, RefusesALastingConnection) {
  EXPECT_THAT(refusal_of({.lasting_connections = "true", .client = "c {remote} {local}"}),
              HasSubstr("--lasting-connections"));
}

TEST(ClientPlan, TriesBehavioursWhenAsked) {
  EXPECT_THAT(plan_of({}).server_behaviours, IsEmpty());
  EXPECT_THAT(plan_of({.suites = "all"}).server_behaviours, IsEmpty()) << "there is no client to judge";
  EXPECT_THAT(plan_of({.suites = "all", .client = "c {remote} {local}"}).server_behaviours,
              testing::SizeIs(8));
  EXPECT_THAT(plan_of({.suites = "client"}).server_behaviours, testing::SizeIs(8));
  const auto some = plan_of({.server_behaviours = "short,split-header"});
  EXPECT_THAT(some.server_behaviours, ElementsAre("short", "split-header"));
  EXPECT_THAT(some.suites, ElementsAre("client"));
  EXPECT_THAT(plan_of({.suites = "transfer,client", .server_behaviours = "slow"}).suites,
              ElementsAre("transfer", "client"));
  EXPECT_THAT(refusal_of({.server = "s {port}", .server_behaviours = "short"}),
              AllOf(HasSubstr("--server"), HasSubstr("nobody would talk to yours"),
                    HasSubstr("--suite transfer,client")));
  EXPECT_THAT(refusal_of({.server_behaviours = "shrt"}),
              AllOf(HasSubstr("--server-behaviour"), HasSubstr("short")));
}

TEST(ClientPlan, IsThereAgainInItsPlanFile) {
  const auto plan = plan_of({.client = "c '{remote}' {local} \"x y\"", .server_behaviours = "long"});
  const auto again = make_plan_from_text(to_toml(plan), "plan.toml", {}, {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->clients, plan.clients);
  EXPECT_EQ(again->server_behaviours, plan.server_behaviours);
  EXPECT_EQ(again->suites, plan.suites);
}

}  // namespace
}  // namespace bftp::plan
