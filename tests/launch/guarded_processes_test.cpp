#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>

#include "harness/launch/processes.hpp"
#include "protocol/unique_fd.hpp"
#include "tests/launch/helpers/survivors.hpp"

namespace bftp::launch {
namespace {

using namespace std::chrono_literals;
using protocol::Deadline;

class GuardedProcessesTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto started = start_guard({GUARD, "test", 200, GetParam()});
    ASSERT_TRUE(started) << started.error().message;
    processes_ = std::move(*started);
  }

  boost::system::result<int, SpawnProblem> spawn(std::vector<std::string> argv) {
    const protocol::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    SpawnRequest request;
    request.file = argv.front();
    request.argv = std::move(argv);
    request.environment = {"PATH=/usr/bin:/bin"};
    request.folder = "/";
    request.standard_input = request.standard_output = request.standard_error = nothing.get();
    return processes_->spawn(request);
  }
  boost::system::result<int, SpawnProblem> shell(const std::string& script) {
    return spawn({"/bin/sh", "-c", script});
  }
  std::unique_ptr<Processes> processes_;
};

TEST_P(GuardedProcessesTest, TellsHowAChildEnded) {
  const auto pid = shell("exit 3");
  ASSERT_TRUE(pid);
  const auto status = processes_->wait(*pid, Deadline::after(20s));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 3);
  EXPECT_FALSE(status->signal);
}

/// Who may move processes into a cgroup may move them out again.
TEST_P(GuardedProcessesTest, BoundsTheNumberOfThoseWhoLeftTheirCgroup) {
  auto started = start_guard({GUARD, "test", 20, GetParam()});
  ASSERT_TRUE(started) << started.error().message;
  processes_ = std::move(*started);
  const auto pid = shell(
      "for folder in /sys/fs/cgroup/bftp-test-$PPID /sys/fs/cgroup/*/bftp-test-$PPID; do\n"
      "  if [ -d \"$folder\" ]; then echo $$ >\"$folder/../cgroup.procs\"; fi\n"
      "done\n"
      "for i in 1 2 3 4 5 6 7 8; do\n"
      "  for j in 1 2 3 4 5; do sleep 1000 & done\n"
      "done\n"
      "wait");
  ASSERT_TRUE(pid);
  const auto status = processes_->wait(*pid, Deadline::after(20s));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGKILL);
  ASSERT_TRUE(status->excess);
  EXPECT_EQ(status->excess->of, record::Bounded::processes);
}

TEST_P(GuardedProcessesTest, SignalsAChild) {
  const auto pid = shell("exec sleep 1000");
  ASSERT_TRUE(pid);
  EXPECT_FALSE(processes_->exited(*pid));
  processes_->signal(*pid, SIGTERM);
  const auto status = processes_->wait(*pid, Deadline::after(20s));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGTERM);
}

TEST_P(GuardedProcessesTest, NeverSignalsAStranger) {
  const int stranger = ::fork();
  if (stranger == 0) {
    ::pause();
    ::_exit(0);
  }
  processes_->signal(stranger, SIGKILL);
  EXPECT_TRUE(processes_->kill_all(Deadline::after(10s))) << "answered after the signal was handled";
  EXPECT_EQ(::waitpid(stranger, nullptr, WNOHANG), 0);
  ::kill(stranger, SIGKILL);
  ::waitpid(stranger, nullptr, 0);
}

TEST_P(GuardedProcessesTest, TellsWhyExecFailed) {
  const auto pid = spawn({"/no/such/file"});
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().step, guard::SpawnStep::exec);
  EXPECT_EQ(pid.error().error, ENOENT);
}

TEST_P(GuardedProcessesTest, KillsASwarmThatKeepsForking) {
  // Twenty shells that start one short-lived process after the other: no list of them is true for long.
  const auto pid =
      shell("i=0; while [ $i -lt 20 ]; do (while :; do sleep 0.01 & wait; done) & i=$((i+1)); done; wait");
  ASSERT_TRUE(pid);
  const auto seen = Deadline::after(20s);
  // The list that is kept is the one that was long enough: the next one may be shorter again.
  auto swarm = processes_->list();
  for (; swarm.size() < 20 && !seen.expired(); swarm = processes_->list()) ::usleep(1000);
  EXPECT_GE(swarm.size(), 20u);
  EXPECT_TRUE(processes_->kill_all(Deadline::after(20s)));
  EXPECT_TRUE(processes_->list().empty());
  EXPECT_TRUE(all_gone(swarm, 5s));
}

TEST_P(GuardedProcessesTest, SurvivesTheSignalsOfATerminal) {
  const auto pid = shell("exec sleep 1000");
  ASSERT_TRUE(pid);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP})
    ::kill(*processes_->tree().guard, number);
  EXPECT_TRUE(shell("exit 0")) << "the guard still answers";
  EXPECT_FALSE(processes_->exited(*pid));
}

TEST_P(GuardedProcessesTest, NoticesThatTheGuardWasKilled) {
  const auto pid = shell("exec sleep 1000");
  ASSERT_TRUE(pid);
  ::kill(*processes_->tree().guard, SIGKILL);
  const auto status = processes_->wait(*pid, Deadline::after(20s));
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->guard_lost);
  EXPECT_FALSE(status->signal) << "how the process itself ended is not known";
  EXPECT_TRUE(all_gone({*pid}, 10s));
}

TEST_P(GuardedProcessesTest, AGuardThatItsServerStoppedStillKillsItsTree) {
  const auto pid = shell("kill -STOP $PPID; sleep 1000 & exec sleep 1000");
  ASSERT_TRUE(pid);
  // Also before it could say that it had started the server.
  auto everybody = tree_of(*processes_->tree().guard);
  for (const auto limit = Deadline::after(20s); everybody.size() < 2 && !limit.expired();)
    everybody = tree_of(*processes_->tree().guard);
  processes_.reset();
  EXPECT_TRUE(all_gone(everybody, 5s));
}

/// Whose parent has ended and whose guard it killed: only the cgroup knows of it.
TEST(GuardTest, ADaemonThatKilledItsGuardIsFoundByItsCgroup) {
  auto processes = *start_guard({GUARD, "test", 200, true});
  const auto tree = processes->tree();
  if (tree.cgroup_v2.empty())
    return;  // where no cgroup can be made nothing finds it, docs/decisions/guard-process.md
  const protocol::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  SpawnRequest request;
  request.file = "/bin/sh";
  request.argv = {
      "/bin/sh", "-c",
      "setsid sh -c 'sleep 0.2; kill -KILL " + std::to_string(*tree.guard) + "; exec sleep 1000' & exit 0"};
  request.environment = {"PATH=/usr/bin:/bin"};
  request.folder = "/";
  request.standard_input = request.standard_output = request.standard_error = nothing.get();
  const auto pid = processes->spawn(request);
  ASSERT_TRUE(pid);
  ASSERT_TRUE(processes->wait(*pid, Deadline::after(20s)));
  std::vector<int> daemon;
  for (const auto& entry : processes::descendants_of(*tree.guard)) daemon.push_back(entry.pid);
  ASSERT_FALSE(daemon.empty());
  for (const auto limit = Deadline::after(20s); runs(*tree.guard) && !limit.expired();) ::usleep(2000);
  EXPECT_TRUE(processes->exited(*pid)) << "how it ended is known, so nobody asks the guard any more";
  processes.reset();
  EXPECT_TRUE(all_gone(daemon, 5s));
  EXPECT_FALSE(std::filesystem::exists(tree.cgroup_v2));
}

/// `tail` keeps what has no line end.
TEST_P(GuardedProcessesTest, EndsATreeThatHasTooMuchMemory) {
  auto started = start_guard({GUARD, "test", 200, GetParam(), 64u << 20});
  ASSERT_TRUE(started) << started.error().message;
  processes_ = std::move(*started);
  const auto modest = shell("exec sleep 1000");
  const auto pid = shell("tail -n 1 </dev/zero; exec sleep 1000");
  ASSERT_TRUE(modest && pid);
  const auto status = processes_->wait(*pid, Deadline::after(60s));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGKILL);
  ASSERT_TRUE(status->excess);
  EXPECT_EQ(status->excess->of, record::Bounded::memory);
  EXPECT_GT(status->excess->amount, 64u << 20);
  EXPECT_EQ(status->excess->most, 64u << 20);
  EXPECT_TRUE(processes_->wait(*modest, Deadline::after(20s))) << "the whole tree goes";
  EXPECT_TRUE(processes_->list().empty());
}

TEST_P(GuardedProcessesTest, LetsATreeHaveNoMoreProcesses) {
  auto started = start_guard({GUARD, "test", 20, GetParam()});
  ASSERT_TRUE(started) << started.error().message;
  processes_ = std::move(*started);
  const auto pid = shell("i=0; while [ $i -lt 40 ]; do sleep 1000 & i=$((i+1)); done; wait");
  ASSERT_TRUE(pid);
  const auto status = processes_->wait(*pid, Deadline::after(60s));
  ASSERT_TRUE(status) << "a shell that cannot fork gives up; else the guard ends it";
  if (status->excess)
    EXPECT_EQ(status->excess->of, record::Bounded::processes);
  else
    EXPECT_TRUE(GetParam()) << "only a cgroup refuses to fork";
}

TEST_P(GuardedProcessesTest, LeavesNoCgroupBehind) {
  const auto tree = processes_->tree();
  ASSERT_TRUE(shell("exec sleep 1000"));
  processes_.reset();
  for (const auto& folder : {tree.cgroup_v2, tree.cgroup_v1_cpuacct})
    EXPECT_FALSE(!folder.empty() && std::filesystem::exists(folder)) << folder;
}

INSTANTIATE_TEST_SUITE_P(Cgroups, GuardedProcessesTest, testing::Bool(),
                         [](const auto& how) { return how.param ? "With" : "Without"; });

TEST(GuardTest, NamesAGuardThatIsMissing) {
  const auto started = start_guard({"/no/such/bftp-guard", "test", 0, false});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, protocol::ErrorKind::not_found);
  EXPECT_THAT(started.error().message, testing::HasSubstr("/no/such/bftp-guard"));
}

}  // namespace
}  // namespace bftp::launch
