#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "harness/launch/launcher.hpp"
#include "tests/temporary_folder.hpp"

// The logic of starting and stopping a server, without a process, a socket or a second of real time.
namespace bftp::launch {
namespace {

using namespace std::chrono_literals;
using protocol::Clock;
using protocol::Deadline;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int server_pid = 100;
constexpr std::uint64_t server_inode = 7;

/// One imagined machine: what the server does is a list of happenings at points in time.
struct World {
  Clock::time_point now{};
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  CaptureCount out, error;  ///< what was printed
  std::vector<TcpSocket> listening;
  std::set<int> alive;
  std::optional<ExitStatus> exited;
  std::vector<std::string> last_lines;
  std::optional<std::string> first_line;
  std::multimap<Clock::duration, std::function<void(World&)>> happenings;
  std::function<void(World&, int)> on_signal = [](World&, int) {
  };
  std::vector<int> signals;
  std::optional<SpawnProblem> spawn_problem;
  std::deque<std::uint16_t> ports{20001, 20002, 20003, 20004, 20005, 20006};
  int guards_started = 0;
  int handed_on = 0;  ///< so many times, who was listed is gone before its descriptors are read

  void advance(Clock::duration time) {
    now += time;
    while (!happenings.empty() && happenings.begin()->first <= now.time_since_epoch()) {
      const auto happening = happenings.begin()->second;
      happenings.erase(happenings.begin());
      happening(*this);
    }
  }
  void end(ExitStatus status) {
    exited = status;
    alive.erase(server_pid);
    if (alive.empty()) listening.clear();
  }
  std::uint16_t given_port() const { return static_cast<std::uint16_t>(std::stoi(argv.back())); }
};

class FakeProcesses final : public Processes {
 public:
  explicit FakeProcesses(World& world) : world_(world) {}
  boost::system::result<int, SpawnProblem> spawn(const SpawnRequest& request) override {
    if (world_.spawn_problem) return *world_.spawn_problem;
    world_.argv = request.argv;
    world_.environment = request.environment;
    world_.alive = {server_pid};
    world_.exited.reset();
    world_.listening.clear();
    return server_pid;
  }
  std::optional<ExitStatus> exited(int) override { return world_.exited; }
  std::optional<ExitStatus> wait(int, const Deadline&) override {
    if (!world_.exited) world_.advance(5ms);
    return world_.exited;
  }
  void signal(int pid, int number) override {
    EXPECT_EQ(pid, server_pid);
    world_.signals.push_back(number);
    world_.on_signal(world_, number);
  }
  void signal_all(int number) override {
    world_.signals.push_back(-number);
    world_.on_signal(world_, number);
  }
  std::vector<int> list() override { return {world_.alive.begin(), world_.alive.end()}; }
  bool kill_all(const Deadline&) override {
    if (world_.alive.contains(server_pid)) world_.end({std::nullopt, SIGKILL});
    world_.alive.clear();
    return true;
  }
  ProcessTree tree() const override { return {std::nullopt, 99, "/cgroup", ""}; }

 private:
  World& world_;
};

class FakeOutput final : public OutputCapture {
 public:
  explicit FakeOutput(World& world) : world_(world) {}
  int out_descriptor() const override { return -1; }
  int error_descriptor() const override { return -1; }
  void release_descriptors() override {}
  std::vector<std::string> last_out_lines(std::size_t) override { return {}; }
  std::vector<std::string> last_error_lines(std::size_t) override { return world_.last_lines; }
  std::string announced() override { return {}; }
  std::optional<std::string> first_out_line() override { return world_.first_line; }
  CaptureCount out_count() override { return world_.out; }
  CaptureCount error_count() override { return world_.error; }
  void settle(int) override {}

 private:
  World& world_;
};

class FakeSystem final : public LaunchSystem, SocketTable {
 public:
  explicit FakeSystem(World& world) : world_(world) {}
  protocol::Result<std::unique_ptr<Processes>> start_guard(const GuardSettings&) override {
    ++world_.guards_started;
    return std::unique_ptr<Processes>(std::make_unique<FakeProcesses>(world_));
  }
  protocol::Result<std::unique_ptr<OutputCapture>> start_capture(const CaptureTarget&,
                                                                 const CaptureTarget&) override {
    return std::unique_ptr<OutputCapture>(std::make_unique<FakeOutput>(world_));
  }
  protocol::Result<FreePort> choose_port() override {
    FreePort port{world_.ports.front(), {}};
    world_.ports.pop_front();
    return port;
  }
  bool port_is_free(std::uint16_t, PortTest) override { return true; }
  SocketTable& sockets() override { return *this; }
  Clock::time_point now() override { return world_.now; }
  void pause(Clock::duration time) override { world_.advance(time); }

 private:
  std::optional<std::vector<TcpSocket>> listening() override { return world_.listening; }
  Holdings held_by(std::span<const int> pids) override {
    Holdings holdings;
    const bool handed_on = world_.handed_on > 0 && world_.handed_on-- > 0;
    if (!pids.empty() && !handed_on) holdings.inodes = {server_inode};
    return holdings;
  }
  World& world_;
};

class LaunchServerTest : public testing::Test {
 protected:
  auto start() {
    plan::ServerSpec spec;
    spec.kind = plan::ServerKind::command;
    spec.argv_template = {"/bin/sh", "{root}", "{port}"};
    LaunchOptions options;
    options.guard_path = "/guard";
    options.root = "/root folder";
    options.run_folder = options.folder = "/";
    options.hurry = &hurry_;
    options.temporary_folder = temporary_folder_;
    options.extra_environment = {"TMPDIR=/elsewhere", "OTHER=1"};
    return launch_server(spec, options, std::make_shared<FakeSystem>(world_));
  }
  void at(Clock::duration time, std::function<void(World&)> what) {
    world_.happenings.emplace(time, std::move(what));
  }
  static void listen(World& world) {
    world.listening = {{{"0.0.0.0", world.given_port()}, server_inode, false}};
  }
  std::atomic<bool> hurry_ = false;
  std::string temporary_folder_;
  World world_;
};

TEST_F(LaunchServerTest, GivesTheServerATemporaryFolderOfItsOwn) {
  const TemporaryFolder scratch;
  temporary_folder_ = scratch.file("tmp");
  for (int times = 0; times < 2; ++times) {
    at(times * 10s, listen);
    ASSERT_TRUE(start()) << "the folder may be there already";
    for (const auto* name : {"TMPDIR=", "TMP=", "TEMP="})
      EXPECT_EQ(std::count(world_.environment.begin(), world_.environment.end(), name + temporary_folder_),
                1);
    EXPECT_THAT(world_.environment, testing::Not(testing::Contains("TMPDIR=/elsewhere")));
    EXPECT_THAT(world_.environment, testing::Contains("OTHER=1"));
  }
  EXPECT_EQ(std::filesystem::status(temporary_folder_).permissions(), std::filesystem::perms::owner_all);
  std::filesystem::remove_all(scratch.path());
  const auto server = start();
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("temporary files"));
}

TEST_F(LaunchServerTest, CountsWhatTheServerPrinted) {
  at(0s, listen);
  const auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ((*server)->printed().bytes, 0U);
  world_.out = {20, 15};
  world_.error = {7, 2};
  EXPECT_EQ((*server)->printed().bytes, 27U);
  EXPECT_EQ((*server)->printed().bytes_dropped, 17U);
}

TEST_F(LaunchServerTest, FillsInTheCommandAndWaitsForThePort) {
  at(3s, listen);
  const auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_THAT(world_.argv, ElementsAre("/bin/sh", "/root folder", "20001"));
  EXPECT_EQ((*server)->endpoint().port, 20001);
  EXPECT_GE(world_.now.time_since_epoch(), 3s);
  EXPECT_EQ((*server)->tree().top, server_pid);
  EXPECT_EQ((*server)->tree().guard, 99);
}

TEST_F(LaunchServerTest, TriesAnotherPortWhenOneIsTaken) {
  const auto fail = [](World& world) {
    world.last_lines = {"OSError: [Errno 98] Address already in use"};
    world.end({1, std::nullopt});
  };
  at(10ms, fail);
  at(500ms, listen);
  const auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ((*server)->endpoint().port, 20002);
  EXPECT_EQ(world_.guards_started, 2);
}

TEST_F(LaunchServerTest, GivesUpAfterFivePorts) {
  for (int i = 1; i < 100; ++i)
    at(i * 10ms, [](World& world) {
      world.last_lines = {"bind: EADDRINUSE"};
      world.end({1, std::nullopt});
    });
  const auto server = start();
  ASSERT_FALSE(server);
  EXPECT_EQ(world_.guards_started, 5);
  EXPECT_THAT(server.error().message, HasSubstr("    | bind: EADDRINUSE"));
}

TEST_F(LaunchServerTest, DoesNotRetryAnyOtherFailure) {
  at(10ms, [](World& world) {
    world.last_lines = {"SyntaxError: \x1b[31minvalid syntax"};
    world.end({1, std::nullopt});
  });
  const auto server = start();
  ASSERT_FALSE(server);
  EXPECT_EQ(world_.guards_started, 1);
  EXPECT_EQ(server.error().message,
            "the server ended with exit status 1 at once, before it listened on 127.0.0.1:20001\n"
            "  command: /bin/sh '/root folder' 20001\n"
            "  its last lines:\n"
            "    | SyntaxError: \\x1b[31minvalid syntax");
}

TEST_F(LaunchServerTest, ReportsAFailedExec) {
  world_.spawn_problem = SpawnProblem{guard::SpawnStep::exec, ENOEXEC, {}};
  const auto server = start();
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("neither a program for this machine nor a script"));
}

TEST_F(LaunchServerTest, GivesUpAtTheReadyTimeout) {
  const auto server = start();
  ASSERT_FALSE(server);
  EXPECT_GE(world_.now.time_since_epoch(), 20s);
  EXPECT_LT(world_.now.time_since_epoch(), 21s);
  EXPECT_THAT(server.error().message, HasSubstr("it printed nothing"));
}

TEST_F(LaunchServerTest, StopsByOneSigtermToTheServerAlone) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.on_signal = [](World& world, int) {
    world.end({0, std::nullopt});
  };
  const auto ending = (*server)->stop();
  EXPECT_THAT(world_.signals, ElementsAre(SIGTERM));
  EXPECT_EQ(ending.status.code, 0);
  EXPECT_FALSE(ending.killed);
  EXPECT_FALSE(ending.by_itself);
  (*server)->stop();
  EXPECT_THAT(world_.signals, ElementsAre(SIGTERM)) << "idempotent";
}

TEST_F(LaunchServerTest, TellsAServerThatHadCrashedFromOneThatWasStopped) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.end({std::nullopt, SIGSEGV});
  const auto ending = (*server)->stop();
  EXPECT_TRUE(ending.by_itself);
  EXPECT_EQ(ending.status.signal, SIGSEGV);
}

TEST_F(LaunchServerTest, AsksWhomTheServerLeavesBehind) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.on_signal = [](World& world, int) {
    if (world.exited) world.alive.clear();
    if (!world.exited) world.end({0, std::nullopt});
    world.listening.clear();
  };
  const auto ending = (*server)->stop();
  EXPECT_THAT(world_.signals, ElementsAre(SIGTERM, -SIGTERM));
  EXPECT_FALSE(ending.killed);
}

/// It would end if it were asked; but who starts the server again asks nobody.
TEST_F(LaunchServerTest, AChildThatKeepsThePortHasToEndByItself) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.on_signal = [](World& world, int) {
    if (world.exited) world.alive.clear();
    if (!world.exited) world.end({0, std::nullopt});
  };
  const auto ending = (*server)->stop();
  EXPECT_THAT(world_.signals, ElementsAre(SIGTERM));
  EXPECT_TRUE(ending.killed);
  EXPECT_EQ(ending.left, 1u);
}

TEST_F(LaunchServerTest, CountsWhatAServerThatEndedLeavesBehind) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.on_signal = [](World& world, int) {
    if (!world.exited) world.end({0, std::nullopt});
    world.alive.insert(101);
  };
  const auto ending = (*server)->stop();
  EXPECT_TRUE(ending.killed);
  EXPECT_EQ(ending.left, 1u);
}

TEST_F(LaunchServerTest, KillsAfterTheStopTimeout) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  const auto before = world_.now;
  const auto ending = (*server)->stop();
  EXPECT_TRUE(ending.killed);
  EXPECT_EQ(ending.left, 0u) << "it has not ended itself";
  EXPECT_FALSE(ending.took_s);
  EXPECT_EQ(ending.status.signal, SIGKILL);
  EXPECT_GE(world_.now - before, 5s);
}

TEST_F(LaunchServerTest, InAHurryAServerGetsHalfASecondToEnd) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  hurry_ = true;
  const auto before = world_.now;
  EXPECT_TRUE((*server)->stop().killed);
  EXPECT_GE(world_.now - before, hurried_stop);
  EXPECT_LT(world_.now - before, 1s);
}

TEST_F(LaunchServerTest, HurryThatComesWhileItIsAwaitedCounts) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  const auto before = world_.now;
  at(world_.now.time_since_epoch() + 2s, [this](World&) { hurry_ = true; });
  EXPECT_TRUE((*server)->stop().killed);
  EXPECT_LT(world_.now - before, 3s);
}

TEST_F(LaunchServerTest, InAHurryAStartIsGivenUp) {
  at(50ms, [this](World&) { hurry_ = true; });
  const auto server = start();
  ASSERT_FALSE(server);
  EXPECT_LT(world_.now.time_since_epoch(), 1s);
  EXPECT_THAT(server.error().message, HasSubstr("interrupted before the server was ready"));
}

TEST_F(LaunchServerTest, TellsADaemonFromACrash) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.end({0, std::nullopt});
  EXPECT_FALSE((*server)->exited()) << "its child serves on";
  EXPECT_TRUE((*server)->daemonised());
  world_.alive.clear();
  world_.listening.clear();
  world_.advance(1s);
  const auto status = (*server)->exited();
  ASSERT_TRUE(status) << "the daemon has ended too";
}

TEST_F(LaunchServerTest, DoesNotTakeADaemonThatIsStillForkingForACrash) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.end({0, std::nullopt});
  world_.handed_on = 2;
  EXPECT_FALSE((*server)->exited());
  EXPECT_TRUE((*server)->daemonised());
}

TEST_F(LaunchServerTest, TakesProcessesWithoutTheSocketForACrash) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.end({0, std::nullopt});
  world_.handed_on = 100;
  EXPECT_TRUE((*server)->exited());
  EXPECT_FALSE((*server)->daemonised());
}

TEST_F(LaunchServerTest, DoesNotTakeALateExitForADaemon) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.advance(30s);
  world_.alive.insert(101);
  world_.end({0, std::nullopt});
  EXPECT_TRUE((*server)->exited()) << "a child may hold the socket, but nobody accepts";
}

TEST_F(LaunchServerTest, DoesNotTakeACrashForADaemon) {
  at(1ms, listen);
  auto server = start();
  ASSERT_TRUE(server) << server.error().message;
  world_.alive.insert(101);
  world_.end({std::nullopt, SIGSEGV});
  const auto status = (*server)->exited();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGSEGV);
}

class AttachTest : public LaunchServerTest {
 protected:
  auto attach(const protocol::Endpoint& endpoint, std::optional<int> pid) {
    plan::ServerSpec spec;
    spec.kind = plan::ServerKind::attached;
    spec.attach_to = endpoint;
    spec.pid = pid;
    return launch_server(spec, {}, std::make_shared<FakeSystem>(world_));
  }
};

TEST_F(AttachTest, TakesTheKernelsWordForAServerHere) {
  world_.listening = {{{"0.0.0.0", 8080}, 1, false}};
  const auto server = attach({"127.0.0.1", 8080}, std::nullopt);
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_FALSE((*server)->pid());
  EXPECT_EQ((*server)->root(), "");
  EXPECT_FALSE((*server)->exited());
  (*server)->stop();
  EXPECT_TRUE(world_.signals.empty()) << "a server that we did not start is not ours to stop";
}

TEST_F(AttachTest, RefusesWhereNobodyListens) {
  auto listener = protocol::listen_on({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const auto free = listener->endpoint;
  listener->fd.reset();
  const auto server = attach(free, std::nullopt);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("nobody serves " + free.text()));
}

TEST_F(AttachTest, RefusesAProcessThatHasEnded) {
  const int ended = ::fork();
  if (ended == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(ended), &info, WEXITED | WNOWAIT), 0);
  const auto server = attach({"127.0.0.1", 1}, ended);
  ::waitpid(ended, nullptr, 0);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("has ended"));
}

TEST_F(AttachTest, DoubtsAProcessThatDoesNotListenThere) {
  plan::ServerSpec spec;
  spec.kind = plan::ServerKind::attached;
  spec.attach_to = {"127.0.0.1", 8080};
  spec.pid = ::getpid();
  const auto doubt = [&] {
    return doubt_about_pid(spec, std::make_shared<FakeSystem>(world_));
  };
  EXPECT_FALSE(doubt()) << "nobody listens here: the server is behind another name";
  world_.listening = {{{"0.0.0.0", 8080}, server_inode + 1, false}};
  ASSERT_TRUE(doubt());
  EXPECT_THAT(*doubt(), HasSubstr("does not listen on 127.0.0.1:8080"));
  world_.listening = {{{"0.0.0.0", 8080}, server_inode, false}};
  EXPECT_FALSE(doubt());
  spec.pid.reset();
  EXPECT_FALSE(doubt());
}

TEST_F(AttachTest, RefusesAPidOfNobody) {
  const auto server = attach({"127.0.0.1", 1}, 0x7ffffffe);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("there is no process 2147483646"));
}

}  // namespace
}  // namespace bftp::launch
