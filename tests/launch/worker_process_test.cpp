#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/launch/launcher.hpp"
#include "tests/launch/helpers/survivors.hpp"

namespace bftp::launch {
namespace {

using namespace std::chrono_literals;
using protocol::Deadline;
using protocol::ErrorKind;
using testing::HasSubstr;

std::vector<std::unique_ptr<WorkerChannel>> start(std::uint32_t count, const std::string& script) {
  LaunchOptions options;
  options.guard_path = GUARD;
  options.folder = "/";
  auto workers = launch_workers(count, {"/bin/sh", "-c", script}, options);
  EXPECT_TRUE(workers) << workers.error().message;
  return workers ? std::move(*workers) : std::vector<std::unique_ptr<WorkerChannel>>{};
}

TEST(WorkerProcessTest, ExchangesLines) {
  auto workers = start(2, "while read line; do echo \"$line and more\"; done");
  ASSERT_EQ(workers.size(), 2u);
  for (auto& worker : workers)
    ASSERT_TRUE(worker->send_line("hello " + std::to_string(worker->client()), Deadline::after(20s)));
  for (auto& worker : workers) {
    const auto line = worker->receive_line(Deadline::after(20s));
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(*line, "hello " + std::to_string(worker->client()) + " and more");
  }
  workers[0]->close_input();
  const auto end = workers[0]->receive_line(Deadline::after(20s));
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::closed);
  EXPECT_THAT(end.error().message, HasSubstr("exit status 0"));
  EXPECT_FALSE(workers[0]->send_line("late", Deadline::after(20s)));
}

TEST(WorkerProcessTest, ReadsManyLines) {
  auto workers = start(1, "i=0; while [ $i -lt 20000 ]; do echo line-$i-with-some-length; i=$((i+1)); done");
  ASSERT_EQ(workers.size(), 1u);
  for (int i = 0; i < 20'000; ++i) {
    const auto line = workers[0]->receive_line(Deadline::after(60s));
    ASSERT_TRUE(line) << line.error().message;
    ASSERT_EQ(*line, "line-" + std::to_string(i) + "-with-some-length");
  }
}

TEST(WorkerProcessTest, KeepsItsDeadline) {
  auto workers = start(1, "read line");
  ASSERT_EQ(workers.size(), 1u);
  const auto line = workers[0]->receive_line(Deadline::after(1ms));
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind, ErrorKind::deadline);
}

TEST(WorkerProcessTest, RefusesALineWithoutEnd) {
  auto workers = start(1, "cat /dev/zero");
  ASSERT_EQ(workers.size(), 1u);
  const auto line = workers[0]->receive_line(Deadline::after(60s));
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind, ErrorKind::malformed);
}

TEST(WorkerProcessTest, QuotesTheLastWordsOfAWorkerThatDies) {
  auto workers = start(1, "head -c 100000 /dev/zero | tr '\\0' x >&2; echo the end >&2; kill -SEGV $$");
  ASSERT_EQ(workers.size(), 1u);
  const auto line = workers[0]->receive_line(Deadline::after(60s));
  ASSERT_FALSE(line);
  EXPECT_THAT(line.error().message, HasSubstr("SIGSEGV"));
  EXPECT_THAT(workers[0]->last_words(), testing::EndsWith("the end\n"));
  EXPECT_LE(workers[0]->last_words().size(), 4096u);
  const auto sent = workers[0]->send_line("anybody?", Deadline::after(20s));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::closed);
}

TEST(WorkerProcessTest, LeavesNobodyBehind) {
  auto workers = start(3, "sleep 1000 & echo started; trap '' TERM; wait; exec sleep 1000");
  ASSERT_EQ(workers.size(), 3u);
  for (auto& worker : workers) ASSERT_TRUE(worker->receive_line(Deadline::after(20s)));
  std::vector<int> everybody;
  for (auto& worker : workers) {
    everybody.push_back(worker->pid());
    for (const int pid : tree_of(worker->pid())) everybody.push_back(pid);
  }
  EXPECT_GE(everybody.size(), 6u);
  workers.clear();
  EXPECT_TRUE(all_gone(everybody, 20s));
}

TEST(WorkerProcessTest, ABusyWorkerIsAskedToEnd) {
  const auto folder = std::filesystem::temp_directory_path() / ("bftp-crew-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto sign = (folder / "asked").string();
  auto workers = start(1, "trap 'echo > " + sign + "; exit 0' TERM; echo busy; while :; do sleep 0.05; done");
  ASSERT_EQ(workers.size(), 1u);
  ASSERT_TRUE(workers[0]->receive_line(Deadline::after(20s)));
  workers.clear();
  EXPECT_TRUE(std::filesystem::exists(sign)) << "it was killed unasked";
  std::filesystem::remove_all(folder);
}

TEST(WorkerProcessTest, NamesAWorkerThatIsMissing) {
  LaunchOptions options;
  options.guard_path = GUARD;
  const auto workers = launch_workers(1, {"/no/such/bftp-worker"}, options);
  ASSERT_FALSE(workers);
  EXPECT_THAT(workers.error().message, HasSubstr("/no/such/bftp-worker"));
}

}  // namespace
}  // namespace bftp::launch
