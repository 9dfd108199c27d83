// The reference server beside the server under test: it takes part, it can be left out, and it outlives no
// run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Values of the column with this number, from 0, without the head.
std::set<std::string> column(const std::string& path, int number) {
  std::istringstream text(read_file(path));
  std::set<std::string> values;
  std::string line;
  std::getline(text, line);
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (int i = 0; i <= number; ++i) std::getline(cells, cell, ',');
    values.insert(cell);
  }
  return values;
}

TEST(Control, ARunHasThreeArms) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(whole_run(folder), folder);
  const std::string run = folder.file("reports/latest");
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  const std::set<std::string> arms{"server", "control", "control_b"};
  EXPECT_EQ(column(run + "/transfers.csv", 2), arms);
  EXPECT_EQ(column(run + "/resources.csv", 1), arms);
  EXPECT_THAT(statuses(run)["harness.control"], AnyOf("pass", "warn"));
  EXPECT_THAT(outcome.out, HasSubstr("A/A: "));
  for (const char* name : {"/control.out", "/control.err", "/control_b.out", "/control_b.err"})
    EXPECT_TRUE(std::filesystem::exists(run + name)) << name;
  const std::string before = read_file(run + "/checks.csv");
  const Outcome again = torture({"judge", run}, folder);
  EXPECT_EQ(again.code, outcome.code);
  EXPECT_EQ(read_file(run + "/checks.csv"), before) << "judging again says the same of every arm";
}

TEST(Control, CanBeLeftOut) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(short_run(folder, {"--no-control"}), folder);
  const std::string run = folder.file("reports/latest");
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_EQ(column(run + "/transfers.csv", 2), std::set<std::string>{"server"});
  EXPECT_EQ(column(run + "/resources.csv", 1), std::set<std::string>{"server"});
  EXPECT_EQ(statuses(run)["harness.control"], "skip");
  EXPECT_THAT(outcome.out, HasSubstr("absolute limits only"));
  EXPECT_FALSE(std::filesystem::exists(run + "/control.out"));
}

TEST(Control, OutlivesNoHarnessThatIsKilled) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("tmp"));
  ::setenv("TMPDIR", folder.file("tmp").c_str(), 1);
  Program program(torture_argv(short_run(folder, {"--iterations", "1000000", "--rounds", "100", "--fixtures",
                                                  "every_byte.bin"})),
                  folder.path());
  ASSERT_TRUE(await_text(folder.file("reports/latest/transfers.csv.partial"), ",control,"))
      << program.err_so_far();
  EXPECT_GE(processes_with(folder.file("tmp")).size(), 3u) << "three servers are up";
  program.send(SIGKILL);
  EXPECT_EQ(program.wait().signal, SIGKILL);
  ::unsetenv("TMPDIR");
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (!processes_with(folder.file("tmp")).empty() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(50ms);
  EXPECT_THAT(processes_with(folder.file("tmp")), ::testing::IsEmpty());
}

TEST(Control, DoesNotHideAServerThatServesOneClientOnly) {
  const TemporaryFolder folder;
  const std::string server =
      executable("bftpd-specimen") + " --fault exit_after:n=20 --port {port} --root {root}";
  const Outcome outcome = torture(short_run(folder, {"--server", server}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.stays_up"], "fail");
}

}  // namespace
}  // namespace bftp::end_to_end
