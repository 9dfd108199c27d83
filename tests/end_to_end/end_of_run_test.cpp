// However a run ends, nothing keeps running and nothing that was recorded is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A run that would take an hour.
std::vector<std::string> long_run(const TemporaryFolder& folder) {
  return torture_argv(
      short_run(folder, {"--iterations", "100000", "--rounds", "100", "--fixtures", "every_byte.bin"}));
}

/// The server's command line names the scratch folder, which lies in TMPDIR: all processes of a run can be
/// told by it.
class EndOfRun : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.file("tmp"));
    ::setenv("TMPDIR", folder_.file("tmp").c_str(), 1);
  }
  void TearDown() override { ::unsetenv("TMPDIR"); }

  bool await_transfers() {
    // Of the server under test: the reference server beside it may come first.
    return await_text(folder_.file("reports/latest/transfers.csv.partial"), ",server,");
  }
  bool await_nobody() {
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (!processes_with(folder_.file("tmp")).empty()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(50ms);
    }
    return true;
  }

  TemporaryFolder folder_;
};

TEST_F(EndOfRun, CtrlCStillReportsWhatWasDone) {
  Program program(long_run(folder_), folder_.path());
  ASSERT_TRUE(await_transfers()) << program.err_so_far();
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  EXPECT_THAT(outcome.code, AnyOf(0, 1, 2)) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("interrupted"));
  EXPECT_TRUE(std::filesystem::exists(folder_.file("reports/latest/index.html")));
  EXPECT_TRUE(std::filesystem::exists(folder_.file("reports/latest/transfers.csv")));
  EXPECT_TRUE(await_nobody());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.file("tmp")));
}

TEST_F(EndOfRun, SigtermEndsLikeCtrlC) {
  Program program(long_run(folder_), folder_.path());
  ASSERT_TRUE(await_transfers()) << program.err_so_far();
  program.send(SIGTERM);
  EXPECT_EQ(program.wait().signal, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_.file("reports/latest/index.html")));
  EXPECT_TRUE(await_nobody());
}

/// Of a server that hangs: no worker and no wait of ours would ever end by itself.
class EndOfAHungRun : public EndOfRun {
 protected:
  std::vector<std::string> hung_run(const std::string& share) const {
    return torture_argv(short_run(
        folder_, {"--iterations", "100000", "--rounds", "100", "--fixtures", "every_byte.bin",
                  "--transfer-deadline", "86400s", "--stop-timeout", "3600s", "--server",
                  executable("bftpd-specimen") + " --port {port} --root {root} --fault hang_sometimes:p=" +
                      share + ",s=86400 --fault ignores_sigterm"}));
  }
};

TEST_F(EndOfAHungRun, CtrlCEndsItWithAReport) {
  Program program(hung_run("0.02"), folder_.path());
  ASSERT_TRUE(await_transfers()) << program.err_so_far();
  std::this_thread::sleep_for(1s);  // until it hangs; if it does not yet, nothing is lost
  program.send(SIGTERM);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.signal, 0);
  EXPECT_THAT(outcome.out, HasSubstr("interrupted"));
  EXPECT_TRUE(std::filesystem::exists(folder_.file("reports/latest/index.html")));
  EXPECT_EQ(statuses(folder_.file("reports/latest"))["lifecycle.stops"], "skip")
      << "it was not given its time";
  EXPECT_TRUE(await_nobody());
}

TEST_F(EndOfAHungRun, CtrlCEndsALookAtTheServer) {
  Program program(hung_run("1"), folder_.path());
  ASSERT_TRUE(await_text(folder_.file("reports/latest/server.out"), "listening"));
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.signal, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_.file("reports/latest/index.html")));
  EXPECT_TRUE(await_nobody());
}

TEST_F(EndOfAHungRun, ASecondCtrlCLeavesNobodyRunning) {
  Program program(hung_run("1"), folder_.path());
  ASSERT_TRUE(await_text(folder_.file("reports/latest/server.out"), "listening"));
  program.send(SIGINT);
  std::this_thread::sleep_for(50ms);  // two at once are one
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  EXPECT_THAT(outcome.code, AnyOf(130, 3)) << "3: the first had ended it already";
  EXPECT_TRUE(await_nobody());
}

TEST_F(EndOfRun, AKilledHarnessLeavesNoProcessAndAReadableRecord) {
  Program program(long_run(folder_), folder_.path());
  // The record is written after each round; of one without transfers nothing can be said of the server.
  ASSERT_TRUE(await_text(folder_.file("reports/latest/run.json"), "\"kind\":\"round\"", 60s))
      << program.err_so_far();
  program.send(SIGKILL);
  EXPECT_EQ(program.wait().signal, SIGKILL);
  EXPECT_TRUE(await_nobody()) << "server or guard outlived the harness";
  EXPECT_THAT(processes_with("bftp-worker " + folder_.path().string()), IsEmpty());
  const Outcome judged = torture({"judge", folder_.file("reports/latest")}, folder_);
  EXPECT_THAT(judged.code, AnyOf(0, 1, 2)) << judged.err;
  EXPECT_THAT(judged.out, HasSubstr("killed"));
}

TEST_F(EndOfRun, AServerThatDiesHalfWayIsFailedWithItsLastWords) {
  // The reference server behind a shell that kills it once it has served for a moment.
  const std::string server =
      "sh -c '\"$@\" & child=$!; sleep 2; echo the disk is on fire >&2; kill -SEGV $child; wait $child; exit "
      "9' sh " +
      executable("bftpd") + " --port {port} --root {root}";
  const Outcome outcome = torture(
      short_run(folder_, {"--server", server, "--iterations", "1000000", "--fixtures", "every_byte.bin"}),
      folder_);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder_.file("reports/latest"))["lifecycle.stays_up"], "fail");
  EXPECT_THAT(outcome.out, HasSubstr("the disk is on fire"));
  EXPECT_TRUE(await_nobody());
}

TEST_F(EndOfRun, TwoRunsAtOnceDoNotDisturbEachOther) {
  const TemporaryFolder other;
  Program first(torture_argv(short_run(folder_)), folder_.path());
  Program second(torture_argv(short_run(folder_, {"--name", "second"})), other.path());
  EXPECT_THAT(first.wait().code, AnyOf(0, 2));
  EXPECT_THAT(second.wait().code, AnyOf(0, 2));
  std::size_t runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.file("reports")))
    runs += entry.is_symlink() ? 0u : 1u;
  EXPECT_EQ(runs, 2u);
}

TEST(KilledWhileTheServerStarts, LeavesARunThatCanBeRead) {
  const TemporaryFolder folder;
  Program program(
      torture_argv(short_run(folder, {"--server", "sh -c 'echo here; exec sleep 1000' x {port}"})),
      folder.path());
  ASSERT_TRUE(await_text(folder.file("reports/latest/server.out"), "here"));
  program.send(SIGKILL);
  EXPECT_EQ(program.wait().signal, SIGKILL);
  const Outcome judged = torture({"judge", folder.file("reports/latest")}, folder);
  EXPECT_THAT(judged.out, HasSubstr("the harness was killed while it ran")) << judged.err;
}

TEST(RunWhoseFolderIsRemoved, BlamesNoServerForIt) {
  const TemporaryFolder folder;
  const std::string server = "sh -c '(sleep 1; rm -rf \"$0\"/2*) & exec \"$@\"' " + folder.file("reports") +
                             " " + executable("bftpd") + " --port {port} --root {root}";
  const Outcome outcome = torture(short_run(folder, {"--server", server}), folder);
  EXPECT_EQ(outcome.code, 3) << outcome.err;
  EXPECT_THAT(outcome.out, Not(HasSubstr("a second time")));
}

}  // namespace
}  // namespace bftp::end_to_end
