#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <future>

#include "protocol/worker_channel.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

extern char** environ;

namespace bftp::client::worker::testing {
namespace {

using ::testing::HasSubstr;

/// The real executable with pipes at its three ends.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments = {}) {
    int in[2];
    int out[2];
    int err[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
      std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    arguments.insert(arguments.begin(), BFTP_WORKER);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    if (::posix_spawn(&pid_, BFTP_WORKER, &actions, nullptr, argv.data(), environ) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
    in_.reset(in[1]);
    out_.reset(out[0]);
    err_.reset(err[0]);
  }
  ~Process() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(const std::string& text) {
    EXPECT_EQ(::write(in_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end_input() { in_.reset(); }
  void stop_reading() { out_.reset(); }
  std::string read_line() {
    std::string line;
    for (char c = 0; ::read(out_.get(), &c, 1) == 1 && c != '\n';) line.push_back(c);
    return line;
  }
  std::string output() { return rest_of(out_.get()); }
  std::string errors() { return rest_of(err_.get()); }
  void signal(int number) { ::kill(pid_, number); }
  /// The wait status.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }
  int exit_status() {
    const int status = wait();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static std::string rest_of(int fd) {
    std::string all;
    char chunk[4096];
    for (ssize_t count = 0; (count = ::read(fd, chunk, sizeof chunk)) > 0;) {
      all.append(chunk, static_cast<std::size_t>(count));
    }
    return all;
  }
  pid_t pid_ = -1;
  protocol::UniqueFd in_;
  protocol::UniqueFd out_;
  protocol::UniqueFd err_;
};

class WorkerProcessTest : public WorkerTest {
 protected:
  WorkerProcessTest() { add_fixture("f.bin", noise(50'000)); }
  std::string job_line() const { return encode(job) + "\n"; }
};

TEST_F(WorkerProcessTest, RunsBlocksAndSaysNothingElse) {
  FakeServer server(serves(noise(50'000)));
  Process process;
  process.write(job_line() + encode(block_to(server.port(), protocol::Op::get, 3)) + "\n");
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto record = protocol::parse_worker_record(process.read_line());
    ASSERT_TRUE(record.has_value()) << record.error().message;
    EXPECT_EQ(record->iteration, i);
    EXPECT_EQ(record->identical, true);
  }
  process.write(encode(block_to(server.port(), protocol::Op::get, 1)) + "\n");
  EXPECT_TRUE(protocol::parse_worker_record(process.read_line()).has_value());
  process.end_input();
  EXPECT_EQ(process.output(), "");
  EXPECT_EQ(process.errors(), "");
  EXPECT_EQ(process.exit_status(), 0);
}

TEST_F(WorkerProcessTest, WaitsForTheWordBeforeItVerifies) {
  FakeServer server(serves(noise(50'000)));
  Process process;
  auto block = block_to(server.port(), protocol::Op::get, 2);
  block.block = 5;
  block.hold_verification = true;
  process.write(job_line() + encode(block) + "\n");
  using Kind = protocol::WorkerSignal::Kind;
  EXPECT_EQ(process.read_line(), encode(protocol::WorkerSignal{Kind::transferred, 5}));
  process.write(encode(protocol::WorkerSignal{Kind::verify, 5}) + "\n");
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(protocol::parse_worker_record(process.read_line()).has_value());
  process.end_input();
  EXPECT_EQ(process.output(), "");
  EXPECT_EQ(process.exit_status(), 0);
}

TEST_F(WorkerProcessTest, TakesNoOtherWordForThatOne) {
  FakeServer server(serves(noise(50'000)));
  Process process;
  auto block = block_to(server.port());
  block.hold_verification = true;
  process.write(job_line() + encode(block) + "\n");
  EXPECT_NE(process.read_line(), "");
  process.write("{\"verify\":9}\n");
  process.end_input();
  EXPECT_EQ(process.output(), "");
  EXPECT_THAT(process.errors(), HasSubstr("nobody says when to verify"));
  EXPECT_NE(process.exit_status(), 0);
}

TEST_F(WorkerProcessTest, NoJobIsNoFault) {
  Process process;
  process.end_input();
  EXPECT_EQ(process.output() + process.errors(), "");
  EXPECT_EQ(process.exit_status(), 0);
}

TEST_F(WorkerProcessTest, WhatItCannotReadItRefusesInOneLine) {
  job.dialect = "gopher";
  const std::string unknown_dialect = job_line();
  job.dialect = "bftp";
  auto wrong_block = block_to(1);
  wrong_block.fixtures = {9};
  const struct {
    std::string input;
    const char* says;
  } cases[] = {
      {"{\n", "bftp-worker: the job: "},
      {std::string("\0\xff\n", 3), "bftp-worker: the job: "},
      {unknown_dialect, "unknown dialect \"gopher\"; known are: bftp, fixed, ftp"},
      {job_line() + "[]\n", "bftp-worker: a block: "},
      {job_line() + encode(wrong_block) + "\n", "names fixture 9"},
  };
  for (const auto& each : cases) {
    Process process;
    process.write(each.input);
    process.end_input();
    EXPECT_EQ(process.output(), "");
    const std::string errors = process.errors();
    EXPECT_THAT(errors, HasSubstr(each.says));
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
    EXPECT_EQ(process.exit_status(), 64);
  }
}

TEST_F(WorkerProcessTest, AnswersHelpAndVersion) {
  Process help({"--help"});
  EXPECT_THAT(help.output(), HasSubstr("usage: bftp-worker"));
  EXPECT_EQ(help.exit_status(), 0);
  Process version({"--version"});
  EXPECT_EQ(version.output(), "bftp-worker " BFTP_VERSION "\n");
  EXPECT_EQ(version.exit_status(), 0);
  Process unknown({"--hepl"});
  EXPECT_THAT(unknown.errors(), HasSubstr("unknown argument \"--hepl\""));
  EXPECT_EQ(unknown.exit_status(), 64);
}

TEST_F(WorkerProcessTest, EndsOnSigtermInTheMiddleOfATransfer) {
  std::promise<void> asked;
  FakeServer server([&](Peer& peer) {
    peer.receive_message();
    asked.set_value();
    peer.wait_for_close();
  });
  Process process;
  process.write(job_line() + encode(block_to(server.port())) + "\n");
  asked.get_future().wait();
  process.signal(SIGTERM);
  const int status = process.wait();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST_F(WorkerProcessTest, KnowsHowAClientEndedThoughItWasStartedWithSigchldIgnored) {
  std::filesystem::create_directories(folder() / "scratch");
  job.external_clients = {
      {.file = "/bin/true", .argv = {"true"}, .scratch_folder = (folder() / "scratch").string()}};
  auto block = block_to(4711);
  block.external_client = 0;
  const auto before = ::signal(SIGCHLD, SIG_IGN);  // survives exec
  Process process;
  ::signal(SIGCHLD, before);
  process.write(job_line() + encode(block) + "\n");
  process.end_input();
  const auto record = protocol::parse_worker_record(process.read_line());
  ASSERT_TRUE(record.has_value()) << record.error().message;
  ASSERT_TRUE(record->client_end);
  EXPECT_EQ(record->client_end->exit_code, 0);
  EXPECT_EQ(record->error, protocol::TransferError::missing_file) << record->detail;
}

TEST_F(WorkerProcessTest, EndsWhenNobodyReadsItsRecords) {
  FakeServer server(serves(noise(50'000)));
  Process process;
  process.stop_reading();
  process.write(job_line() + encode(block_to(server.port())) + "\n");
  EXPECT_THAT(process.errors(), HasSubstr("nobody reads the records"));
  EXPECT_EQ(process.exit_status(), 74);
}

TEST_F(WorkerProcessTest, SurvivesAServerThatHangsUpInAPut) {
  add_fixture("big", noise(8u << 20));
  FakeServer server([](Peer& peer) {
    peer.receive_message();
    peer.send_message("OK");
    peer.reset();
  });
  auto block = block_to(server.port(), protocol::Op::put, 2);
  block.fixtures = {1};
  Process process;
  process.write(job_line() + encode(block) + "\n");
  process.end_input();
  for (int i = 0; i < 2; ++i) {
    const auto record = protocol::parse_worker_record(process.read_line());
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->error, protocol::TransferError::reset) << record->detail;
  }
  EXPECT_EQ(process.exit_status(), 0);
}

}  // namespace
}  // namespace bftp::client::worker::testing
