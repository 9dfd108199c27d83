// External clients: what a worker makes of them, with a runner that runs nothing, and with real little
// programs that do whatever bad clients do.
#include <sys/stat.h>

#include <filesystem>
#include <limits>

#include "client_under_test/worker/external/external_transfer.hpp"
#include "client_under_test/worker/external/folder_use.hpp"
#include "client_under_test/worker/external/process_memory.hpp"
#include "processes/proc_tree.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::Op;
using protocol::TransferError;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Runs nothing: `act` writes what the client would, and the end is as told.
class FakeRunner final : public ProgramRunner {
 public:
  ProgramEnd run(const ProgramOrder& order) override {
    orders.push_back(order);
    if (act) act(order);
    auto told = end;
    told.started_ns = told.ended_ns = 1;
    return told;
  }

  std::function<void(const ProgramOrder&)> act;
  ProgramEnd end{.exit_code = 0};
  std::vector<ProgramOrder> orders;
};

class ExternalClientTest : public WorkerTest {
 protected:
  ExternalClientTest() {
    add_fixture("a b.bin", content_);
    std::filesystem::create_directories(folder() / "scratch");
    client({"client", "{host}", "{port}", "{remote}", "{local}"});
    auto fake = std::make_unique<FakeRunner>();
    runner = fake.get();
    runner_ = std::move(fake);
  }

  void client(std::vector<std::string> argv, const std::string& file = "/bin/true") {
    job.external_clients = {
        {.file = file, .argv = std::move(argv), .scratch_folder = (folder() / "scratch").string()}};
  }
  /// A client that is a script of the shell. $1: {local}.
  void script(const std::string& text) {
    client({"sh", "-c", text, "sh", "{local}"}, "/bin/sh");
    runner_.reset();
  }
  std::vector<protocol::WorkerRecord> transfers(Op op, std::uint32_t iterations) {
    auto prepared = Worker::prepare(job, std::move(runner_));
    EXPECT_TRUE(prepared) << prepared.error().message;
    worker = std::move(*prepared);
    auto block = block_to(4711, op, iterations);
    block.external_client = 0;
    block.server_root = (folder() / "root").string();
    auto records = run(block);
    EXPECT_TRUE(std::filesystem::is_empty(folder() / "scratch")) << "nothing is left after a transfer";
    return records;
  }
  protocol::WorkerRecord transfer(Op op = Op::get) {
    const auto records = transfers(op, 1);
    return records.empty() ? protocol::WorkerRecord() : records.front();
  }
  /// The client writes `content` to {local}.
  void writes(const std::string& content) {
    runner->act = [content](const ProgramOrder& order) {
      write_file(order.argv.back(), content);
    };
  }

  const std::string content_ = noise(100'000);
  FakeRunner* runner = nullptr;

 private:
  std::unique_ptr<ProgramRunner> runner_;
};

TEST_F(ExternalClientTest, IsRunInAFreshFolderWithTheBlanksFilledIn) {
  writes(content_);
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_EQ(record.sha256, job.fixtures[0].sha256);
  EXPECT_EQ(record.bytes, content_.size());
  EXPECT_TRUE(record.transfer_ns);
  ASSERT_TRUE(record.client_end);
  EXPECT_EQ(record.client_end->exit_code, 0);
  ASSERT_EQ(runner->orders.size(), 1u);
  const auto& order = runner->orders.front();
  EXPECT_THAT(order.argv, ElementsAre("client", "127.0.0.1", "4711", "a b.bin", order.folder + "/local.bin"));
  EXPECT_EQ(order.time_ns_max, 10'000'000'000);
  EXPECT_GT(order.file_bytes_max, content_.size());
  EXPECT_THAT(order.environment, ::testing::Contains("TMPDIR=" + order.folder));
}

TEST_F(ExternalClientTest, IsAskedInUrlsWithPercentSigns) {
  client({"curl", "http://{host}:{port}/{remote}", "-o", "{local}"});
  writes(content_);
  transfer();
  EXPECT_EQ(runner->orders.front().argv[1], "http://127.0.0.1:4711/a%20b.bin");
}

TEST_F(ExternalClientTest, ThatWritesAnotherFileIsFoundOut) {
  auto wrong = content_;
  wrong[500] = static_cast<char>(wrong[500] + 1);
  writes(wrong);
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::none);
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.first_difference, 500u);
}

TEST_F(ExternalClientTest, ThatWritesHalfAndSaysNothingIsFoundOut) {
  writes(content_.substr(0, 50'000));
  const auto record = transfer();
  EXPECT_EQ(record.identical, false);
  EXPECT_EQ(record.bytes, 50'000u);
}

TEST_F(ExternalClientTest, ThatWritesNothingIsFoundOut) {
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::missing_file);
  EXPECT_FALSE(record.identical);
  EXPECT_FALSE(record.transfer_ns);
}

TEST_F(ExternalClientTest, ThatFailsIsQuoted) {
  runner->end = {.exit_code = 22, .output_bytes = 9, .output_end = "no \x1b[31m!\n"};
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::client_failed);
  EXPECT_THAT(record.detail, AllOf(HasSubstr("exit status 22"), HasSubstr("no \\x1b[31m!")));
  EXPECT_FALSE(record.client_end->file);
}

TEST_F(ExternalClientTest, ThatFailsWithTheRightFileIsToldApart) {
  writes(content_);
  runner->end.exit_code = 1;
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::client_failed);
  EXPECT_EQ(record.identical, true);
  EXPECT_THAT(record.detail, HasSubstr("whole and right"));
}

TEST_F(ExternalClientTest, ThatDiesByASignalIsSaidSo) {
  runner->end = {.signal = SIGSEGV};
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::client_failed);
  EXPECT_THAT(record.detail, HasSubstr("signal 11"));
}

TEST_F(ExternalClientTest, ThatCannotBeStartedIsNoFaultOfItsOwn) {
  runner->end = {.not_started = "starting /x: No such file"};
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::local);
  EXPECT_FALSE(record.client_end);
}

TEST_F(ExternalClientTest, WhatItLeavesIsCountedAndRemoved) {
  runner->act = [](const ProgramOrder& order) {
    write_file(order.argv.back() + ".part", "half");
    std::filesystem::create_directories(order.folder + "/deep/er");
    ::chmod((order.folder + "/deep/er").c_str(), 0);
    ::chmod((order.folder + "/deep").c_str(), 0);
  };
  runner->end.exit_code = 1;
  const auto record = transfer();
  EXPECT_FALSE(record.client_end->file);
  EXPECT_GE(record.client_end->others_left, 2u);
  EXPECT_EQ(record.client_end->other_left, "deep");
}

TEST_F(ExternalClientTest, ALinkIsNoCopy) {
  runner->act = [this](const ProgramOrder& order) {
    std::filesystem::create_symlink(job.fixtures[0].local_path, order.argv.back());
  };
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::client_failed)
      << "the fixture itself must not pass for what it wrote";
  EXPECT_NE(record.detail.find("a symbolic link, and no file"), std::string::npos) << record.detail;
}

TEST_F(ExternalClientTest, StoresACopyThatIsVerifiedInTheRoot) {
  client({"client", "{op}", "{remote}", "{local}"});
  runner->act = [this](const ProgramOrder& order) {
    EXPECT_EQ(order.argv[1], "put");
    EXPECT_EQ(read_file(order.argv[3]), content_);
    std::filesystem::copy_file(order.argv[3], folder() / "root" / order.argv[2]);
  };
  const auto record = transfer(Op::put);
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_TRUE(std::filesystem::is_empty(folder() / "root")) << "it is removed after it was verified";
}

TEST_F(ExternalClientTest, StoredFilesDoNotPileUpBeyondTheArena) {
  client({"client", "{op}", "{remote}", "{local}"});
  job.arena_bytes = 2 * content_.size() + 1;
  std::ptrdiff_t most = 0;
  runner->act = [&](const ProgramOrder& order) {
    std::filesystem::copy_file(order.argv[3], folder() / "root" / order.argv[2]);
    most = std::max(most, std::distance(std::filesystem::directory_iterator(folder() / "root"), {}));
  };
  for (const auto& record : transfers(Op::put, 7)) EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(most, 2);
}

TEST_F(ExternalClientTest, ThatStoredNothingIsFoundOut) {
  client({"client", "{op}", "{remote}", "{local}"});
  EXPECT_EQ(transfer(Op::put).error, TransferError::verify_failed);
}

TEST_F(ExternalClientTest, HasToBeInTheJob) {
  job.external_clients.clear();
  worker = *Worker::prepare(job);
  auto block = block_to(1);
  block.external_client = 0;
  EXPECT_FALSE(worker->run(block, [](const auto&) { return true; }));
}

// From here on real processes.

TEST_F(ExternalClientTest, RealOneThatWorks) {
  script("cat '" + job.fixtures[0].local_path + "' > \"$1\"; echo done; echo bad >&2");
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_EQ(record.client_end->output_bytes, 9u);
  EXPECT_EQ(record.client_end->processes_left, 0u);
  EXPECT_GT(record.client_end->cpu_ns, 0);
}

TEST_F(ExternalClientTest, RealOneThatNeverEndsIsKilledWithItsChildren) {
  job.transfer_deadline_s = 0.3;
  script("sh -c 'trap \"\" TERM; while :; do sleep 3599; done' & while :; do sleep 3599; done");
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::deadline);
  EXPECT_TRUE(record.client_end->killed);
  EXPECT_TRUE(processes::descendants_of(::getpid()).empty());
}

TEST_F(ExternalClientTest, RealOneThatLeavesADaemonIsSeenAndTheDaemonKilled) {
  script("(setsid sleep 3598 >/dev/null 2>&1 &) ; exit 0");
  const auto record = transfer();
  EXPECT_EQ(record.client_end->processes_left, 1u);
  EXPECT_TRUE(processes::descendants_of(::getpid()).empty());
}

TEST_F(ExternalClientTest, RealOneThatWritesWithoutEndIsStopped) {
  script("exec cat /dev/zero > \"$1\"");
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::too_long) << record.detail;
}

TEST_F(ExternalClientTest, RealOneThatPrintsWithoutEndIsBounded) {
  job.transfer_deadline_s = 0.3;
  script("exec cat /dev/zero");
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::deadline);
  EXPECT_GT(record.client_end->output_bytes, 4096u);
  EXPECT_LE(record.client_end->said.size(), protocol::ClientEnd::said_bytes_max);
}

TEST_F(ExternalClientTest, RealOneThatMultipliesIsStopped) {
  script("n=0; while [ $n -lt 60 ]; do sleep 3597 & n=$((n+1)); done; wait");
  job.external_clients[0].processes_max = 20;
  const auto record = transfer();
  EXPECT_THAT(record.detail, HasSubstr("more than 20 processes"));
  EXPECT_TRUE(processes::descendants_of(::getpid()).empty());
}

TEST(ProcessMemory, IsReadFromStatus) {
  EXPECT_EQ(rss_peak_in("Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t 1 kB\n"), 1234u * 1024);
  EXPECT_FALSE(rss_peak_in("Name:\tVmHWM: 5\n"));
  EXPECT_FALSE(rss_peak_in("Name:\tx\nVmHWM:\n"));
  EXPECT_GT(rss_peak_of(::getpid()).value(), 100'000u);
}

TEST(FolderUse, CountsWhatLiesThere) {
  const TemporaryFolder folder;
  write_file(folder.path() / "b", std::string(10'000, 'x'));
  write_file(folder.path() / "expected", "y");
  EXPECT_GE(folder_bytes(folder.path()), 10'000u);
  const auto found = survey(folder.path(), "expected");
  EXPECT_EQ(found.others, 1u);
  EXPECT_EQ(found.other, "b");
}

TEST(FolderUse, NestedWithoutEndCountsAsEndless) {
  const TemporaryFolder folder;
  std::string deep = folder.path();
  for (int level = 0; level < 20; ++level) deep += "/d";
  std::filesystem::create_directories(deep);
  EXPECT_LT(folder_bytes(folder.path()), 1u << 30);
  for (int level = 0; level < 40; ++level) deep += "/d";
  std::filesystem::create_directories(deep);
  EXPECT_EQ(folder_bytes(folder.path()), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(survey(folder.path(), "expected").others, 33u) << "down to there, and no further";
}

}  // namespace
}  // namespace bftp::client::worker::testing
