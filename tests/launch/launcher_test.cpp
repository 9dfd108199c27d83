#include "harness/launch/launcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "processes/proc_tree.hpp"
#include "protocol/connection.hpp"
#include "tests/launch/helpers/survivors.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::launch {
namespace {

using namespace std::chrono_literals;
using protocol::Deadline;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class LauncherTest : public testing::Test {
 protected:
  LaunchOptions options() const {
    LaunchOptions options;
    options.guard_path = GUARD;
    options.elsewhere_patience_s = 0.01;
    options.root = options.run_folder = options.folder = folder_.path();
    return options;
  }
  static plan::ServerSpec spec(std::vector<std::string> words) {
    plan::ServerSpec spec;
    spec.ready_timeout_s = 60;  // a busy machine is no reason to fail
    spec.kind = plan::ServerKind::command;
    spec.argv_template = std::move(words);
    return spec;
  }
  auto start(const std::string& habit) const {
    return launch_server(spec({TEST_SERVER, habit, "{port}"}), options());
  }
  std::string problem_of(plan::ServerSpec spec) const {
    const auto server = launch_server(spec, options());
    return server ? "it started" : server.error().message;
  }
  TemporaryFolder folder_;
};

TEST_F(LauncherTest, StartsAServerAndStopsItInOrder) {
  auto server = start("serve");
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_TRUE(protocol::connect_to((*server)->endpoint(), Deadline::after(5s)));
  EXPECT_FALSE((*server)->exited());
  const auto ending = (*server)->stop();
  EXPECT_EQ(ending.status.code, 0);
  EXPECT_FALSE(ending.killed);
  EXPECT_TRUE(ending.took_s);
  EXPECT_TRUE((*server)->exited());
  EXPECT_EQ((*server)->stop().status.code, 0) << "a second stop changes nothing";
}

TEST_F(LauncherTest, GivesTheServerACleanHome) {
  LaunchOptions with = options();
  with.extra_environment = {"GREETING=hello"};
  ::setenv("BFTP_SECRET", "not for servers", 1);
  auto server = launch_server(spec({TEST_SERVER, "surroundings", "{port}", "{root}"}), with);
  ::unsetenv("BFTP_SECRET");
  ASSERT_TRUE(server) << server.error().message;
  const auto pid = std::to_string(*(*server)->pid());
  (*server)->stop();
  const auto text = read_file(folder_.file("server.out"));
  EXPECT_THAT(text, HasSubstr("folder=" + folder_.path().string() + "\n"));
  EXPECT_THAT(text,
              AllOf(HasSubstr("env=PATH="), HasSubstr("env=GREETING=hello"), Not(HasSubstr("BFTP_SECRET"))));
  EXPECT_THAT(text, AllOf(HasSubstr("fd=2\n"), Not(HasSubstr("fd=3\n"))));
  EXPECT_THAT(text, HasSubstr("group=" + pid + " pid=" + pid + "\n"));
  EXPECT_THAT(text, HasSubstr("sigpipe=default"));
}

TEST_F(LauncherTest, FindsThePortOfAServerThatTakesNone) {
  auto server = launch_server(spec({TEST_SERVER, "announce"}), options());
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_NE((*server)->endpoint().port, 0);
  EXPECT_TRUE(protocol::connect_to((*server)->endpoint(), Deadline::after(5s)));
}

TEST_F(LauncherTest, WaitsForALateServer) {
  EXPECT_TRUE(start("late"));
}

TEST_F(LauncherTest, NamesACommandThatDoesNotExist) {
  EXPECT_THAT(problem_of(spec({"no-such-command-at-all", "{port}"})),
              AllOf(HasSubstr("no such command: 'no-such-command-at-all' is in no folder of PATH"),
                    HasSubstr("command: no-such-command-at-all")));
}

TEST_F(LauncherTest, NamesAFileThatIsNotExecutable) {
  std::ofstream(folder_.file("server.py")) << "print('x')\n";
  EXPECT_THAT(problem_of(spec({"./server.py", "{port}"})), HasSubstr("not executable: 'chmod +x' it"));
}

TEST_F(LauncherTest, NamesAMissingInterpreter) {
  const auto path = folder_.file("server.py");
  std::ofstream(path) << "#!/no/such/python3\r\n";
  ::chmod(path.c_str(), 0755);
  EXPECT_THAT(problem_of(spec({path, "{port}"})), HasSubstr("CR LF"));
}

TEST_F(LauncherTest, QuotesTheLastLinesOfAServerThatExitsAtOnce) {
  EXPECT_THAT(problem_of(spec({TEST_SERVER, "exit", "7", "{port}"})),
              AllOf(HasSubstr("ended with exit status 7"), HasSubstr("| last words")));
}

TEST_F(LauncherTest, NamesTheSignalOfAServerThatCrashes) {
  EXPECT_THAT(problem_of(spec({TEST_SERVER, "crash", "{port}"})),
              HasSubstr("was ended by signal 6 (SIGABRT)"));
}

TEST_F(LauncherTest, GivesUpOnAServerThatNeverListens) {
  auto never = spec({TEST_SERVER, "never", "{port}"});
  never.ready_timeout_s = 0.2;
  EXPECT_THAT(problem_of(never),
              AllOf(HasSubstr("has not listened on 127.0.0.1:"), HasSubstr("within 0.2 s")));
}

TEST_F(LauncherTest, SaysWhereAServerListensInstead) {
  EXPECT_THAT(problem_of(spec({TEST_SERVER, "elsewhere", "{port}"})),
              AllOf(HasSubstr("the server listens on 127.0.0.1:"), HasSubstr("{port}")));
}

TEST_F(LauncherTest, SaysWhichHostAServerListensOnInstead) {
  EXPECT_THAT(problem_of(spec({TEST_SERVER, "wrong_host", "{port}"})),
              HasSubstr("the server listens on 127.0.0.2:"));
}

TEST_F(LauncherTest, RefusesAGivenPortThatIsTaken) {
  const auto other = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(other);
  auto with = options();
  with.listen_on.port = other->endpoint.port;
  const auto server = launch_server(spec({TEST_SERVER, "serve", "{port}"}), with);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("is in use already"));
}

TEST_F(LauncherTest, RecognisesADaemon) {
  auto server = start("daemon");
  ASSERT_TRUE(server) << server.error().message;
  while (!processes::descendants_of(*(*server)->pid()).empty()) ::usleep(1000);
  EXPECT_FALSE((*server)->exited());
  EXPECT_TRUE(protocol::connect_to((*server)->endpoint(), Deadline::after(5s)));
  EXPECT_EQ((*server)->stop().status.code, 0);
  EXPECT_FALSE(protocol::connect_to((*server)->endpoint(), Deadline::after(5s)));
}

TEST_F(LauncherTest, SeesACrash) {
  auto server = start("die_later");
  ASSERT_TRUE(server) << server.error().message;
  ASSERT_TRUE(protocol::connect_to((*server)->endpoint(), Deadline::after(5s)));
  std::optional<ExitStatus> status;
  for (const auto limit = Deadline::after(60s); !status && !limit.expired(); status = (*server)->exited()) {
  }
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGUSR1);
}

TEST_F(LauncherTest, KillsAServerThatIgnoresSigterm) {
  auto stubborn = spec({TEST_SERVER, "ignore_term", "{port}"});
  stubborn.stop_timeout_s = 0.1;
  auto server = launch_server(stubborn, options());
  ASSERT_TRUE(server) << server.error().message;
  const auto ending = (*server)->stop();
  EXPECT_TRUE(ending.killed);
  EXPECT_FALSE(ending.took_s);
  EXPECT_EQ(ending.status.signal, SIGKILL);
}

TEST_F(LauncherTest, KeepsDrainingAFloodAndCapsTheLog) {
  auto flood = spec({TEST_SERVER, "flood", "{port}"});
  flood.output_max_bytes = 10'000;
  auto server = launch_server(flood, options());
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(std::filesystem::file_size(folder_.file("server.out")), 10'000u);
  const auto lines = (*server)->last_lines(100);
  ASSERT_EQ(lines.size(), 32u);
  EXPECT_EQ(lines.back(), std::string(400, 'x'));
}

TEST_F(LauncherTest, LeavesNoChildBehindAfterStop) {
  for (const char* habit : {"fork50", "escape", "daemon"}) {
    auto quick = spec({TEST_SERVER, habit, "{port}"});
    quick.stop_timeout_s = 0.3;
    auto server = launch_server(quick, options());
    ASSERT_TRUE(server) << server.error().message;
    std::vector<int> pids;
    while (pids.empty()) pids = tree_of(*(*server)->tree().guard);
    (*server)->stop();
    EXPECT_TRUE(all_gone(pids, 5s)) << habit;
    const auto cgroup = (*server)->cgroup();
    server = protocol::Error{};
    EXPECT_TRUE(cgroup.empty() || !std::filesystem::exists(cgroup)) << cgroup;
  }
}

}  // namespace
}  // namespace bftp::launch
