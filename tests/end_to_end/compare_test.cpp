// Two servers in turns, as a performance engineer would compare them. No test here expects a verdict on time:
// other tests run beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> short_compare(const TemporaryFolder& folder,
                                       const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"compare",    "--out",    folder.file("reports"),
                                     "--fixtures", "nuls.bin", "--max-time",
                                     "4s",         "--seed",   "1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string specimen(const std::string& fault) {
  return executable("bftpd-specimen") + " --fault " + fault + " --port {port} --root {root}";
}

TEST(Compare, OfAServerWithItselfNeverFails) {
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(short_compare(folder, {"--clients", "1,2", "--fail-if", "cpu>100"}), folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  const std::string run = folder.file("reports/latest");
  EXPECT_EQ(statuses(run)["base.identity.copies"], "pass");
  EXPECT_EQ(statuses(run)["head.identity.copies"], "pass");
  EXPECT_THAT(outcome.out, HasSubstr("GET of nuls.bin, 2 clients"));
  for (const char* file : {"index.html", "run.json", "transfers.csv", "resources.csv", "checks.csv",
                           "comparison.csv", "junit.xml", "summary.md", "base.out", "head.out"})
    EXPECT_TRUE(std::filesystem::exists(run + "/" + file)) << file;
  EXPECT_THAT(read_file(run + "/transfers.csv"), HasSubstr(",head,get,"));
}

TEST(Compare, CanBeJudgedAgainWithoutATransfer) {
  const TemporaryFolder folder;
  const Outcome first = torture(short_compare(folder), folder);
  const std::string run = folder.file("reports/latest");
  const std::string table = read_file(run + "/comparison.csv");
  const Outcome again = torture({"judge", run}, folder);
  EXPECT_EQ(again.code, first.code) << again.err;
  EXPECT_EQ(read_file(run + "/comparison.csv"), table);
}

TEST(Compare, TakesWaiversByTheIdsThatItShows) {
  const TemporaryFolder folder;
  torture(short_compare(folder, {"--head", specimen("corrupt_byte:p=1"), "--fail-if", "cpu>1.05"}), folder);
  const std::string run = folder.file("reports/latest");
  const Outcome waived =
      torture({"judge", run, "--waive", "head.identity.copies=known", "--waive", "gate.cpu=known"}, folder);
  EXPECT_THAT(waived.code, AnyOf(0, 2)) << waived.out << waived.err;
  EXPECT_EQ(statuses(run)["head.identity.copies"], "warn");
  EXPECT_EQ(statuses(run)["gate.cpu"], "warn");
  const Outcome mistyped = torture({"judge", run, "--waive", "haed.identity.copies=known"}, folder);
  EXPECT_EQ(mistyped.code, 64);
  EXPECT_THAT(mistyped.err, HasSubstr("did you mean \"head.identity.copies\"?"));
}

TEST(Compare, CallsNoServerLeanerForRefusingWork) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(
      short_compare(folder, {"--head", specimen("refuse_sometimes:p=0.5"), "--fail-if", "cpu>1.05"}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, Not(HasSubstr("leaner")));
  EXPECT_EQ(statuses(folder.file("reports/latest"))["gate.cpu"], "inconclusive");
}

TEST(Compare, FailsAHeadThatCorruptsWhateverItsSpeed) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(short_compare(folder, {"--head", specimen("corrupt_byte:p=1")}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Contains("head.identity.copies"));
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Not(Contains("base.identity.copies")));
}

TEST(Compare, BlamesTheServerThatDied) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(short_compare(folder, {"--base", specimen("crash_after:n=1")}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Contains("base.lifecycle.stays_up"));
  EXPECT_EQ(statuses(folder.file("reports/latest"))["head.lifecycle.stays_up"], "pass");
}

TEST(Compare, SaysNothingOfAServerThatDoesNotStart) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(short_compare(folder, {"--head", "/no/such/server --port {port}"}), folder);
  EXPECT_EQ(outcome.code, 3) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("the head could not be started"));
}

std::string http_server() {
  return executable("bftpd") + " --dialect http --host {host} --port {port} --root {root}";
}

TEST(Compare, NamesTheServerOfAnotherDialectAndTheOptionToUse) {
  for (const std::string name : {"head", "base"}) {
    const TemporaryFolder folder;
    const Outcome outcome = torture(short_compare(folder, {"--" + name, http_server()}), folder);
    EXPECT_EQ(outcome.code, 3) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("the " + name + " does not answer in the dialect bftp"));
    EXPECT_THAT(outcome.err,
                HasSubstr("compare again with --dialect http, which both servers have to speak"));
    EXPECT_THAT(outcome.out, HasSubstr("The server could not be used"));
  }
}

TEST(Compare, TakesTheDialectThatBothServersSpeak) {
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(short_compare(folder, {"--dialect", "http", "--head", http_server()}), folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["head.identity.copies"], "pass");
}

TEST(Compare, RefusesAGateThatNobodyKnows) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(short_compare(folder, {"--fail-if", "throughputt<0.95"}), folder);
  EXPECT_EQ(outcome.code, 64);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean \"throughput\"?"));
  EXPECT_FALSE(std::filesystem::exists(folder.file("reports")));
}

TEST(Compare, HelpNamesEveryMetric) {
  const TemporaryFolder folder;
  const Outcome outcome = torture({"compare", "--help"}, folder);
  EXPECT_EQ(outcome.code, 0);
  for (const char* metric :
       {"throughput", "service_time", "first_byte", "cpu", "memory_peak", "memory_growth"})
    EXPECT_THAT(outcome.out, HasSubstr(metric));
}

TEST(Compare, InterruptedLeavesAReportAndNoProcess) {
  const TemporaryFolder folder, scratch;
  ::setenv("TMPDIR", scratch.path().c_str(), 1);  // the servers' command lines name it
  auto arguments = short_compare(folder, {"--max-time", "10m", "--head", specimen("slow_but_steady:ms=3")});
  Program program(torture_argv(arguments), scratch.path());
  ASSERT_TRUE(await_text(folder.file("reports/latest/transfers.csv.partial"), ",head,get,"));
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  EXPECT_EQ(outcome.code, 2) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("interrupted"));
  EXPECT_TRUE(std::filesystem::exists(folder.file("reports/latest/index.html")));
  EXPECT_THAT(processes_with(scratch.file("bftp")), IsEmpty());
  ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace bftp::end_to_end
