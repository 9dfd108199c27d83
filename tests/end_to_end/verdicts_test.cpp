// Known faults are failed for the right reason; a server that nobody here wrote with our code in mind passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end::verdicts_test {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string specimen(const std::string& fault) {
  return executable("bftpd-specimen") + " --fault " + fault + " --port {port} --root {root}";
}

/// Long enough for every check to see what it looks for; short enough for a test.
std::vector<std::string> judged_run(const TemporaryFolder& folder, const std::string& server,
                                    const std::string& phases = "idle") {
  return short_run(
      folder, {"--server", server, "--iterations", "60", "--rounds", "6", "--fixtures",
               "every_byte.bin,db.csv", "--idle", "1s", "--transfer-deadline", "5s", "--phases", phases});
}

struct KnownFault {
  const char* name;
  const char* fault;
  const char* check;
};

class CertainFault : public ::testing::TestWithParam<KnownFault> {};

TEST_P(CertainFault, IsFailedByItsOwnCheck) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(judged_run(folder, specimen(GetParam().fault)), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Contains(GetParam().check)) << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(
    Known, CertainFault,
    ::testing::Values(KnownFault{"CorruptsAByte", "corrupt_byte:p=0.2", "identity.copies"},
                      KnownFault{"DropsTheLastBlock", "drop_last_block", "identity.errors"},
                      KnownFault{"LeaksMemory", "leak:kib=64", "memory.leak"},
                      KnownFault{"LeaksADescriptor", "leak_descriptor", "handles.descriptors"},
                      KnownFault{"SpinsWhileIdle", "spin_idle", "cpu.idle"},
                      KnownFault{"Crashes", "crash_after:n=50", "lifecycle.stays_up"}),
    [](const auto& known) { return std::string(known.param.name); });

TEST(TimedFault, StallsAreNeverPassed) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(judged_run(folder, specimen("stall:every=10,ms=40")), folder);
  // A machine that is busy with other tests may keep the judge from being sure; it may not make the stalls
  // look well.
  EXPECT_THAT(statuses(folder.file("reports/latest"))["uniformity.stalls"], AnyOf("fail", "inconclusive"))
      << outcome.out;
}

TEST(Evidence, ShowsTheFirstDifferingByte) {
  const TemporaryFolder folder;
  const Outcome outcome = torture(judged_run(folder, specimen("corrupt_byte:p=1")), folder);
  const std::string run = folder.file("reports/latest");
  EXPECT_FALSE(std::filesystem::is_empty(run + "/evidence"));
  EXPECT_THAT(outcome.out, HasSubstr("first"));
  EXPECT_THAT(read_file(run + "/transfers.csv"), HasSubstr(",false,"));
}

TEST(ForeignServer, WrittenFromTheProtocolAlonePasses) {
  const TemporaryFolder folder;
  const Outcome outcome =
      torture(judged_run(folder, executable("plain_server") + " --port {port} --root {root}", "all"), folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), IsEmpty()) << outcome.out;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["identity.copies"], "pass");
}

TEST(AttachedServer, IsTestedWhereItRunsAndLeftRunning) {
  const TemporaryFolder folder;
  const TemporaryFolder server_folder;
  const std::string root = server_folder.file("root");
  std::filesystem::create_directory(root);
  const Outcome made = torture({"fixtures", "make", "every_byte.bin"}, folder);
  const std::string cached = made.out.substr(made.out.find('/'));
  std::filesystem::copy_file(cached.substr(0, cached.find('\n')), root + "/every_byte.bin");

  Program server({executable("bftpd"), "--root", root, "--port", "0"}, server_folder.path());
  ASSERT_TRUE(await_text(server_folder.file("out"), "\n"));
  const std::string line = read_file(server_folder.file("out"));
  ASSERT_THAT(line, StartsWith("listening on "));
  const std::string address = line.substr(13, line.find('\n') - 13);

  const Outcome outcome = torture(
      whole_run(folder,
                {"--attach", address, "--pid", std::to_string(server.pid()), "--fixtures", "every_byte.bin"}),
      folder);
  EXPECT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["identity.copies"], "pass");
  EXPECT_EQ(statuses(folder.file("reports/latest"))["handles.descriptors"], "pass");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(root), std::filesystem::directory_iterator()),
            1)
      << "what was put there is removed again";
  server.send(SIGTERM);
  EXPECT_EQ(server.wait().code, 0);
}

}  // namespace
}  // namespace bftp::end_to_end::verdicts_test
