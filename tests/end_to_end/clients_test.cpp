// Clients under test as a user runs them: our own two, and bad ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* behaviours[] = {"short",  "reset",   "long", "wrong_size",
                                      "refuse", "stalled", "slow", "split_header"};

std::string people_client() {
  return executable("bftp") + " -q --timeout 4 {host}:{port} get {remote} {local}";
}

/// A script of the shell as a client; $1 is {local}.
std::string script(const TemporaryFolder& folder, const std::string& text) {
  const std::string path = folder.file("client.sh");
  std::ofstream(path) << text << "\n";
  return "sh " + path + " {local} {remote}";
}

std::vector<std::string> client_run(const TemporaryFolder& folder, const std::string& client,
                                    std::vector<std::string> more = {}) {
  more.insert(more.end(), {"--client", client, "--fixtures", "every_byte.bin", "--iterations", "2",
                           "--rounds", "1", "--clients", "1"});
  return short_run(folder, more);
}

TEST(ClientSuite, OurOwnWorkerPassesItAsATestOfItself) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(
      short_run(folder, {"--suite", "client", "--transfer-deadline", "8s", "--clients", "1"}), folder);
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto found = statuses(folder.file("reports/latest"));
  for (const std::string behaviour : behaviours) EXPECT_EQ(found["client." + behaviour], "pass") << behaviour;
  EXPECT_EQ(found["identity.copies"], "skip") << "nothing but the suite ran";
}

TEST(ClientSuite, OurClientForPeoplePassesIt) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(
      client_run(folder, people_client(), {"--suite", "transfer,client", "--transfer-deadline", "20s"}),
      folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), IsEmpty()) << outcome.out;
  auto found = statuses(folder.file("reports/latest"));
  for (const std::string behaviour : behaviours) EXPECT_EQ(found["client." + behaviour], "pass") << behaviour;
  EXPECT_EQ(found["client.transfers"], "pass");
}

TEST(ClientSuite, AClientThatSeesNothingIsToldWhy) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(
      client_run(folder, script(folder, "echo half > \"$1\""), {"--server-behaviour", "short,refuse"}),
      folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")),
              testing::UnorderedElementsAre("client.plain", "client.short", "client.refuse"));
  EXPECT_THAT(outcome.out, HasSubstr("exit status 0"));
}

TEST(ExternalClient, ThatLiesIsFailed) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(client_run(folder, script(folder, "echo wrong > \"$1\"")), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), testing::Contains("client.transfers"));
}

TEST(ExternalClient, ThatLeavesADaemonIsFailedAndTheDaemonIsGone) {
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(client_run(folder, script(folder, "(setsid sleep 35791 &)\nexit 3")), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), testing::Contains("client.leaves_nothing"));
  EXPECT_THAT(processes_with("sleep 35791"), IsEmpty());
}

TEST(ExternalClient, ThatNeverEndsIsKilled) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(
      client_run(folder, script(folder, "sleep 35792 & sleep 35792"), {"--transfer-deadline", "500ms"}),
      folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(processes_with("sleep 35792"), IsEmpty());
}

TEST(ExternalClient, StoresAndFetches) {
  const TemporaryFolder folder;
  const std::string bftp = executable("bftp");
  std::ofstream(folder.file("both.sh"))
      << "if [ $1 = get ]; then exec " << bftp << " -q $2 get \"$3\" \"$4\"; else exec " << bftp
      << " -q $2 put \"$4\" \"$3\"; fi\n";
  const Outcome outcome = torture(
      client_run(folder, "sh " + folder.file("both.sh") + " {op} {host}:{port} {remote} {local}"), folder);
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), IsEmpty()) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["client.transfers"], "pass");
  EXPECT_THAT(read_file(folder.file("reports/latest/transfers.csv")), HasSubstr(",put,"));
}

/// Clients that the world runs, with a server that the world runs.
class WorldsClient : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(WorldsClient, Passes) {
  const TemporaryFolder folder;
  std::vector<std::string> more{"--server", "python3 -m http.server {port} --bind {host} --directory {root}",
                                "--stall", "0s"};
  // What our own workers speak matters only where they make transfers themselves.
  if (torture({"list", "dialects"}, folder).out.find("http") != std::string::npos)
    more.insert(more.end(), {"--dialect", "http"});
  const Outcome outcome = torture(client_run(folder, GetParam().second, more), folder);
  auto found = statuses(folder.file("reports/latest"));
  EXPECT_EQ(found["client.transfers"], "pass") << outcome.out << outcome.err;
  EXPECT_EQ(found["identity.copies"], "pass");
  EXPECT_EQ(found["client.leaves_nothing"], "pass");
}

INSTANTIATE_TEST_SUITE_P(
    Http, WorldsClient,
    ::testing::Values(std::pair{"curl", "curl -sf --max-time 20 -o {local} http://{host}:{port}/{remote}"},
                      std::pair{"wget",
                                "wget -q --timeout 5 --tries 1 -O {local} http://{host}:{port}/{remote}"},
                      std::pair{"lftp", "lftp -e 'get {remote} -o {local}; exit' http://{host}:{port}/"}),
    [](const auto& client) { return std::string(client.param.first); });

TEST(ExternalClient, ThatIsMistypedIsToldBeforeAnythingRuns) {
  const TemporaryFolder folder;
  const Outcome no_local =
      torture({"run", "--client", "client.py {remote}", "--out", folder.file("reports")}, folder);
  EXPECT_EQ(no_local.code, 64);
  EXPECT_THAT(no_local.err, AllOf(HasSubstr("--client"), HasSubstr("{local}"), HasSubstr("right is")));
  const Outcome missing = torture(client_run(folder, "no-such-client {remote} {local}"), folder);
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, AllOf(HasSubstr("no-such-client"), HasSubstr("PATH")));
}

}  // namespace
}  // namespace bftp::end_to_end
