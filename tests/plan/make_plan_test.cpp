#include "harness/plan/make_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "fixtures/manifest.hpp"
#include "harness/plan/profiles.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::plan::make_plan_test {
namespace {

using protocol::ErrorKind;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Plan made(const PlanRequest& request, const PlanContext& context = {}) {
  const auto plan = make_plan(request, context);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : Plan{};
}

Plan made_from(std::string_view toml, const PlanRequest& request = {}, const PlanContext& context = {}) {
  const auto plan = make_plan_from_text(toml, "my.toml", request, context);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan ? *plan : Plan{};
}

std::string refusal(std::string_view toml, const PlanRequest& request = {}, const PlanContext& context = {}) {
  const auto plan = make_plan_from_text(toml, "my.toml", request, context);
  EXPECT_FALSE(plan) << toml;
  if (plan) return "";
  EXPECT_EQ(plan.error().kind, ErrorKind::invalid_input);
  return plan.error().message;
}

TEST(MakePlan, RefusesARateThatKeepsAClientWaitingForDays) {
  PlanRequest request;
  request.rate = "1e-300";
  EXPECT_THAT(refusal("", request), AllOf(HasSubstr("--rate"), HasSubstr("closed loop")));
  EXPECT_THAT(refusal("rate = 1e-6"), AllOf(HasSubstr("my.toml:1"), HasSubstr("and more")));
  EXPECT_EQ(made_from("rate = 0.001").rate_per_s, 0.001);
}

TEST(MakePlan, IsTomlWhateverTheCommandLineHolds) {
  Plan plan = made({});
  plan.command_line = "bftp-torture run --plan caf\xe9.toml\n[clients]";
  EXPECT_TRUE(make_plan_from_text(to_toml(plan), "again.toml", {}, {}));
  plan.command_line = "bftp-torture run --plan caf\u00e9.toml";
  EXPECT_THAT(to_toml(plan), HasSubstr("caf\u00e9.toml\n"));
}

TEST(MakePlan, NeedsNothing) {
  PlanContext context;
  context.random_seed = ~0ull;
  context.reference_command = "/opt/bftpd --port {port} --root {root}";
  context.command_line = "bftp-torture run";
  const auto plan = made({}, context);
  EXPECT_EQ(plan.profile, "standard");
  EXPECT_EQ(plan.iterations, 100u);
  EXPECT_EQ(plan.clients.count, 4u);
  EXPECT_EQ(plan.seed, ~0ull >> 1) << "TOML ends at 2^63 - 1";
  EXPECT_EQ(plan.server.kind, ServerKind::reference);
  EXPECT_THAT(plan.server.argv_template, ElementsAre("/opt/bftpd", "--port", "{port}", "--root", "{root}"));
  EXPECT_EQ(plan.fixtures, fixtures::expand_names({"default"}).value());
  EXPECT_THAT(plan.ops, ElementsAre(protocol::Op::get, protocol::Op::put));
  EXPECT_EQ(plan.command_line, "bftp-torture run");
}

TEST(MakePlan, KnowsTheProfiles) {
  EXPECT_THAT(profile_names(), ElementsAre("smoke", "standard", "torture"));
  PlanRequest request;
  request.profile = "smoke";
  EXPECT_EQ(made(request).iterations, 20u);
  EXPECT_EQ(made(request).clients.count, 2u);
  request.profile = "torture";
  EXPECT_EQ(made(request).iterations, 1'000u);
  EXPECT_EQ(made(request).clients.count, 8u);
  request.profile = "smoek";
  const auto plan = make_plan(request);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message, "--profile: \"smoek\" is unknown; did you mean \"smoke\"?");
}

TEST(MakePlan, LetsTheCommandLineWinOverTheFileOverTheProfile) {
  const std::string_view toml = "profile = 'smoke'\niterations = 30\nrounds = 3\n[clients]\ncount = 5\n";
  PlanRequest request;
  EXPECT_EQ(made_from(toml).iterations, 30u);
  EXPECT_EQ(made_from(toml).clients.count, 5u);
  EXPECT_EQ(made_from(toml).idle_s, find_profile("smoke")->idle_s);
  request.iterations = "40";
  EXPECT_EQ(made_from(toml, request).iterations, 40u);
  EXPECT_EQ(made_from(toml, request).rounds, 3u);
  request.profile = "torture";
  const auto plan = made_from(toml, request);
  EXPECT_EQ(plan.profile, "torture");
  EXPECT_EQ(plan.clients.count, 5u);
  EXPECT_EQ(plan.idle_s, find_profile("torture")->idle_s);
}

TEST(MakePlan, TakesEveryOption) {
  PlanRequest request;
  request.name = "group-7.v2";
  request.seed = "42";
  request.suites = "transfer";
  request.iterations = "50";
  request.large_iterations = "5";
  request.rounds = "2";
  request.fixtures = "empty.bin,name with spaces.txt,grüße_naïve_日本語.txt";
  request.ops = "put";
  request.rate = "12.5";
  request.max_time = "2m";
  request.db_csv_size = "1MiB";
  request.sample_rate = "20";
  request.idle = "1.5";
  request.rest = "11s";
  request.stall = "0";
  request.settle = "250ms";
  request.reports_folder = "/tmp/out";
  request.server = "./server {port}";
  request.dialect = "bftp";
  request.ready_timeout = "1m";
  request.stop_timeout = "3s";
  request.clients = "64";
  request.lasting_connections = "true";
  request.verify = "bytes";
  request.transfer_deadline = "5";
  request.arena = "8m";
  request.worker = "./client {op} {remote} {local}";
  request.limits = {"uniformity.tail.p99_over_p50_max=20", "cpu.idle.share_max=0.1"};
  const auto plan = made(request);
  EXPECT_EQ(plan.name, "group-7.v2");
  EXPECT_EQ(plan.seed, 42u);
  EXPECT_EQ(plan.large_iterations, 5u);
  EXPECT_EQ(plan.rounds, 2u);
  EXPECT_THAT(plan.fixtures, ElementsAre("empty.bin", "name with spaces.txt", "grüße_naïve_日本語.txt"));
  EXPECT_THAT(plan.ops, ElementsAre(protocol::Op::put));
  EXPECT_EQ(plan.rate_per_s, 12.5);
  EXPECT_EQ(plan.max_time_s, 120.0);
  EXPECT_EQ(plan.db_csv_bytes, 1u << 20);
  EXPECT_EQ(plan.sample_rate_hz, 20);
  EXPECT_EQ(plan.idle_s, 1.5);
  EXPECT_EQ(plan.rest_s, 11);
  EXPECT_EQ(plan.stall_s, 0);
  EXPECT_EQ(plan.settle_s, 0.25);
  EXPECT_EQ(plan.reports_folder, "/tmp/out");
  EXPECT_EQ(plan.server.kind, ServerKind::command);
  EXPECT_THAT(plan.server.argv_template, ElementsAre("./server", "{port}"));
  EXPECT_EQ(plan.server.ready_timeout_s, 60);
  EXPECT_EQ(plan.server.stop_timeout_s, 3);
  EXPECT_EQ(plan.clients.count, 64u);
  EXPECT_TRUE(plan.clients.lasting_connections);
  EXPECT_EQ(plan.clients.verify, protocol::Verify::bytes);
  EXPECT_EQ(plan.clients.transfer_deadline_s, 5);
  EXPECT_EQ(plan.clients.arena_bytes, 8u << 20);
  EXPECT_EQ(plan.clients.worker_command, "./client {op} {remote} {local}");
  EXPECT_EQ(plan.limits.at("uniformity.tail").at("p99_over_p50_max"), 20);
  EXPECT_EQ(plan.limits.at("cpu.idle").at("share_max"), 0.1);
}

TEST(MakePlan, KeepsTheShareOfLargeFiles) {
  PlanRequest request;
  request.iterations = "1000";
  EXPECT_EQ(made(request).large_iterations, 250u);
  request.iterations = "1";
  EXPECT_EQ(made(request).large_iterations, 1u);
  EXPECT_EQ(made(request).rounds, 1u) << "the profile's rounds give way";
  request.rounds = "2";
  EXPECT_THAT(make_plan(request).error().message, AllOf(HasSubstr("--rounds"), HasSubstr("1 iterations")));
}

TEST(MakePlan, ChoosesTheServer) {
  PlanRequest request;
  request.attach = "[::1]:4711";
  request.pid = "123";
  const auto attached = made(request);
  EXPECT_EQ(attached.server.kind, ServerKind::attached);
  EXPECT_EQ(attached.server.attach_to, (protocol::Endpoint{"::1", 4711}));
  EXPECT_EQ(attached.server.pid, 123);
  request.server = "./server";
  EXPECT_THAT(make_plan(request).error().message, HasSubstr("started or attached"));
}

TEST(MakePlan, LetsTheCommandLineReplaceTheFilesServer) {
  PlanRequest request;
  const std::string_view with_command = "[server]\ncommand = './server {port}'\n";
  request.server = "reference";
  EXPECT_EQ(made_from(with_command, request).server.kind, ServerKind::reference);
  request.server = std::nullopt;
  request.attach = "127.0.0.1:1";
  EXPECT_EQ(made_from(with_command, request).server.kind, ServerKind::attached);
  request.attach = std::nullopt;
  request.server = "./other";
  EXPECT_EQ(made_from("[server]\nmodel = 'fork'\n", request).server.command, "./other");
}

TEST(MakePlan, KnowsModelsOfTheReferenceServerOnly) {
  PlanContext context;
  context.reference_command = "'/a b/bftpd' --port {port}";
  PlanRequest request;
  request.model = "fork";
  EXPECT_THAT(made(request, context).server.argv_template,
              ElementsAre("/a b/bftpd", "--port", "{port}", "--model", "fork"));
  request.model = "forks";
  EXPECT_THAT(make_plan(request).error().message, HasSubstr("did you mean \"fork\"?"));
  request.model = "fork";
  request.server = "./server";
  EXPECT_THAT(make_plan(request).error().message, HasSubstr("only the reference server has models"));
  request.server = std::nullopt;
  request.model = std::nullopt;
  request.pid = "1";
  EXPECT_THAT(make_plan(request).error().message, HasSubstr("--attach"));
}

TEST(MakePlan, RefusesBadOptions) {
  const auto message = [](std::optional<std::string> PlanRequest::*field, const std::string& value) {
    PlanRequest request;
    request.*field = value;
    const auto plan = make_plan(request);
    EXPECT_FALSE(plan) << value;
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_EQ(message(&PlanRequest::iterations, "many"),
            "--iterations: \"many\" is no value for it; right is a whole number from 1 to 10000000");
  EXPECT_EQ(message(&PlanRequest::iterations, "0"),
            "--iterations: \"0\" is out of range; right is a whole number from 1 to 10000000");
  EXPECT_THAT(message(&PlanRequest::iterations, "-5"), HasSubstr("right is a whole number"));
  EXPECT_THAT(message(&PlanRequest::clients, "1025"), HasSubstr("from 1 to 1024"));
  EXPECT_THAT(message(&PlanRequest::db_csv_size, "1023"), HasSubstr("from 1KiB to 8GiB"));
  EXPECT_THAT(message(&PlanRequest::db_csv_size, "big"), HasSubstr("right are 4096"));
  EXPECT_THAT(message(&PlanRequest::idle, "soon"), HasSubstr("--idle: \"soon\" is no duration"));
  EXPECT_THAT(message(&PlanRequest::rate, "-1"), HasSubstr("from 0 to"));
  EXPECT_THAT(message(&PlanRequest::fixtures, "oliver_twist.text"),
              HasSubstr("did you mean \"oliver_twist.txt\"?"));
  EXPECT_THAT(message(&PlanRequest::fixtures, ""), HasSubstr("--fixtures"));
  EXPECT_THAT(message(&PlanRequest::ops, "get,stall"), HasSubstr("right are: get, put"));
  EXPECT_THAT(message(&PlanRequest::verify, "md5"), HasSubstr("sha256"));
  EXPECT_THAT(message(&PlanRequest::dialect, "bfpt"), HasSubstr("did you mean \"bftp\"?"));
  EXPECT_THAT(message(&PlanRequest::suites, "tranfser"), HasSubstr("did you mean \"transfer\"?"));
  EXPECT_THAT(message(&PlanRequest::name, "../up"), HasSubstr("cannot name a folder"));
  EXPECT_THAT(message(&PlanRequest::server, "./server {prot}"), HasSubstr("--server: {prot}"));
  EXPECT_THAT(message(&PlanRequest::client, "./client {who}"), HasSubstr("{remote} {local} {op}"));
  for (const auto* address : {"host", "host:", "host:65537", "host:65536", "::1:5", "[::1]", "[]:1", "a b:1",
                              "host:12x", "[host]:1"})
    EXPECT_THAT(message(&PlanRequest::attach, address), HasSubstr("--attach: ")) << address;
}

TEST(MakePlan, RefusesBadLimits) {
  PlanContext context;
  context.known_limits = {{"uniformity.tail", {"p99_over_p50_max"}}, {"cpu.idle", {"share_max"}}};
  PlanRequest request;
  request.limits = {"uniformity.tail.p99_over_p50_max=abc"};
  EXPECT_THAT(make_plan(request, context).error().message, HasSubstr("a limit is a number"));
  request.limits = {"nonsense"};
  EXPECT_THAT(make_plan(request, context).error().message, HasSubstr("CHECK.NAME=NUMBER"));
  request.limits = {"uniformity.tial.p99_over_p50_max=1"};
  EXPECT_THAT(make_plan(request, context).error().message, HasSubstr("did you mean \"uniformity.tail\"?"));
  EXPECT_THAT(refusal("[limits.\"cpu.idle\"]\nshare_mx = 1\n", {}, context),
              AllOf(HasSubstr("my.toml:2"), HasSubstr("did you mean \"share_max\"?")));
  request.limits = {"cpu.idle=3"};
  EXPECT_THAT(make_plan(request, context).error().message,
              HasSubstr("cpu.idle is a check; name one of its limits too: cpu.idle.share_max"));
  EXPECT_THAT(refusal("limits.x = 1\n", {}, context), HasSubstr("[limits.\"uniformity.tail\"]"));
  EXPECT_EQ(
      made_from("[limits.cpu.idle]\nshare_max = 1\n", {}, context).limits.at("cpu.idle").at("share_max"), 1);
}

TEST(MakePlan, WhoGivesTheIterationsHasThemAllHoweverSlowTheServer) {
  EXPECT_EQ(made({}).pass_time_s, 240);
  PlanRequest request;
  request.iterations = "100";
  EXPECT_EQ(made(request).pass_time_s, 0);
  EXPECT_EQ(made_from("iterations = 100\n").pass_time_s, 0);
  EXPECT_EQ(made_from("iterations = 100\npass_time = \"30s\"\n").pass_time_s, 30);
  EXPECT_EQ(made_from("profile = \"torture\"\n").pass_time_s, 0);
}

TEST(MakePlan, SaysWhichIterationsAreTooFew) {
  PlanRequest request;
  request.iterations = "5";
  EXPECT_EQ(refusal("iterations = 50\nlarge_iterations = 20\n", request, {}),
            "my.toml:2: large_iterations cannot exceed the 5 iterations (--iterations)");
}

TEST(PlanFile, NamesFileAndLine) {
  EXPECT_EQ(refusal("profile = 'smoke'\n\niteratoins = 5\n"),
            "my.toml:3: there is no setting \"iteratoins\"; did you mean \"iterations\"?");
  EXPECT_EQ(refusal("\n[clients]\ncount = \"four\"\n"),
            "my.toml:3: clients.count: the text \"four\" is no value for it; right is a whole number from 1 "
            "to 1024");
  EXPECT_THAT(refusal("[clients]\ncuont = 4\n"),
              HasSubstr("my.toml:2: there is no setting \"clients.cuont\"; did you mean \"clients.count\"?"));
  EXPECT_THAT(refusal("iterations = 0\n"), HasSubstr("my.toml:1: iterations: 0 is out of range"));
  EXPECT_THAT(refusal("iterations = -3\n"), HasSubstr("-3 is out of range"));
  EXPECT_THAT(refusal("iterations = 2.5\n"), HasSubstr("the number 2.5 is no value"));
  EXPECT_THAT(refusal("idle = true\n"), HasSubstr("true is no value for it; right is a duration"));
  EXPECT_THAT(refusal("name = 5\n"), HasSubstr("the whole number 5"));
  EXPECT_THAT(refusal("clients.lasting_connections = 'yes'\n"), HasSubstr("true or false"));
  EXPECT_THAT(refusal("fixtures = []\n"), HasSubstr("empty"));
  EXPECT_THAT(refusal("fixtures = [1, 2]\n"), HasSubstr("my.toml:1"));
  EXPECT_THAT(refusal("seed = 1979-05-27\n"), HasSubstr("my.toml:1"));
  EXPECT_THAT(refusal("iterations 5\n"), AllOf(HasSubstr("my.toml:1"), HasSubstr("no TOML")));
  EXPECT_THAT(refusal("a = 1\na = 2\n"), HasSubstr("my.toml:2"));
  EXPECT_THAT(refusal("[server]\nattach = 'x:1'\ncommand = 'y'\n"), HasSubstr("my.toml:2"));
  EXPECT_THAT(refusal("clients = 4\n"), HasSubstr("clients"));
  EXPECT_THAT(refusal(std::string(2u << 20, '#')), HasSubstr("1 MiB"));
}

TEST(PlanFile, RefusesTablesThatAreNoneThoughTheyAreEmpty) {
  PlanContext context;
  context.known_limits = {{"uniformity.tail", {"p99_over_p50_max"}}};
  EXPECT_EQ(refusal("\n[sevrer]\n"), "my.toml:2: there is no table \"sevrer\"; did you mean \"server\"?");
  EXPECT_THAT(
      refusal("[limits.\"uniformity.tial\"]\n", {}, context),
      HasSubstr("my.toml:1: there is no check \"uniformity.tial\"; did you mean \"uniformity.tail\"?"));
  EXPECT_THAT(refusal("[server.comand]\n"), HasSubstr("there is no table \"server.comand\""));
  EXPECT_THAT(refusal("[iterations]\n"), HasSubstr("a table is no value for it"));
  EXPECT_THAT(refusal("ops = {}\n"), HasSubstr("a table is no value for it"));
  EXPECT_THAT(refusal("[waivers.\"cpu.idle\"]\n"), HasSubstr("needs its reason"));
  EXPECT_EQ(
      made_from("[server]\n[clients]\n[limits]\n[limits.\"uniformity.tail\"]\n[waivers]\n", {}, context),
      made_from("", {}, context));
}

TEST(PlanFile, TakesUnitsListsAndSingleWords) {
  const auto plan = made_from(
      "idle = '1m'\nstall = 1\ndb_csv_size = 4096\nfixtures = ['nuls.bin', 'nuls.bin', 'db.csv']\nops = "
      "'get'\nseed = 9223372036854775807\n");
  EXPECT_EQ(plan.idle_s, 60);
  EXPECT_EQ(plan.stall_s, 1);
  EXPECT_EQ(plan.db_csv_bytes, 4'096u);
  EXPECT_THAT(plan.fixtures, ElementsAre("nuls.bin", "db.csv"));
  EXPECT_THAT(plan.ops, ElementsAre(protocol::Op::get));
  EXPECT_EQ(plan.seed, 9'223'372'036'854'775'807u);
}

TEST(PlanFile, IsReadFromDisk) {
  const TemporaryFolder folder;
  PlanRequest request;
  request.plan_file = folder.file("my.toml");
  EXPECT_EQ(make_plan(request).error().kind, ErrorKind::not_found);
  folder.write("my.toml", "iterations = 7\n");
  EXPECT_EQ(made(request).iterations, 7u);
  folder.write("my.toml", "iterations = 'x'\n");
  EXPECT_THAT(make_plan(request).error().message,
              testing::StartsWith(*request.plan_file + ":1: iterations: "));
}

void expect_round_trip(Plan plan, const PlanContext& context = {}) {
  const auto toml = to_toml(plan);
  auto again = made_from(toml, {}, context);
  again.command_line = plan.command_line;
  EXPECT_EQ(again, plan) << toml;
  EXPECT_EQ(to_toml(again), toml);
}

TEST(ToToml, MakesTheSamePlanAgain) {
  for (const auto& name : profile_names()) {
    PlanRequest request;
    request.profile = name;
    expect_round_trip(made(request));
  }
  PlanContext context;
  context.reference_command = "bftpd --port {port}";
  PlanRequest request;
  request.model = "pool";
  request.rate = "0.1";
  request.max_time = "90s";
  request.limits = {"a.b.c=0.30000000000000004", "x.y=-1e-300"};
  context.command_line = "bftp-torture run --name 'two\nlines = 1'";
  expect_round_trip(made(request, context), context);
}

TEST(ToToml, EscapesWhatUsersWrite) {
  PlanRequest request;
  request.server = "./my\\ server '\"' \"it's\" '\t' '\\' --port {port} '\x01' ü";
  request.reports_folder = "C:\\out \"x\"\n\x7f";
  expect_round_trip(made(request));
  PlanRequest attached;
  attached.attach = "[::1]:99";
  attached.pid = "7";
  expect_round_trip(made(attached));
}

TEST(ToToml, SurvivesRandomPlans) {
  std::mt19937_64 random(1);
  const auto pick = [&](std::vector<std::string> of) {
    return of[random() % of.size()];
  };
  for (int i = 0; i < 300; ++i) {
    PlanRequest request;
    request.profile = pick({"smoke", "standard", "torture"});
    request.seed = std::to_string(random() >> 1);
    request.iterations = std::to_string(20 + random() % 10'000);
    request.idle = std::to_string(1 + random() % 1000) + "ms";
    if (request.idle->size() < 5) request.idle = "1s";
    request.db_csv_size = std::to_string(1'024 + random() % (1u << 30));
    request.rate = pick({"0", "1", "0.3333333333333333", "1e5"});
    request.fixtures = pick({"default", "nasty", "db.csv", "all,db.csv"});
    request.verify = pick({"sha256", "bytes", "none"});
    request.server = pick({"reference", "a b {port}", "'{{' c"});
    expect_round_trip(made(request));
  }
}

}  // namespace
}  // namespace bftp::plan::make_plan_test
