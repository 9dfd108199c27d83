// What a server turns out to be before anything is measured: of another dialect than told, or of one
// connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string in_tests(const std::string& file) {
  return std::string(BFTP_SOURCE_DIR) + "/tests/end_to_end/" + file + " {port} {root}";
}

Outcome run_as(const TemporaryFolder& folder, const std::string& dialect, const std::string& server,
               const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"--dialect", dialect,      "--server",
                                     server,      "--fixtures", "every_byte.bin,empty.bin"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return torture(short_run(folder, arguments), folder);
}

struct Mistaken {
  const char* name;
  const char* told;
  std::string server;
  const char* spoken;
};

class OtherDialect : public ::testing::TestWithParam<Mistaken> {};

INSTANTIATE_TEST_SUITE_P(
    Servers, OtherDialect,
    ::testing::Values(Mistaken{"HttpToldAsBftp", "bftp", in_tests("peers/nginx"), "http"},
                      Mistaken{"HttpToldAsNul", "nul", in_tests("peers/nginx"), "http"},
                      Mistaken{"FtpToldAsHttp", "http", in_tests("peers/vsftpd"), "ftp"},
                      Mistaken{"FtpToldAsRaw", "raw", in_tests("peers/vsftpd"), "ftp"},
                      Mistaken{"BftpToldAsHttp", "http",
                               executable("bftpd") + " --host {host} --port {port} --root {root}", "bftp"},
                      Mistaken{"BftpToldAsFtp", "ftp",
                               executable("bftpd") + " --host {host} --port {port} --root {root}", "bftp"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST_P(OtherDialect, IsNamedWithTheOptionToUse) {
  const TemporaryFolder folder;
  const Outcome outcome = run_as(folder, GetParam().told, GetParam().server);
  EXPECT_EQ(outcome.code, 3) << outcome.out;
  EXPECT_THAT(outcome.err, HasSubstr(std::string("run again with --dialect ") + GetParam().spoken));
  EXPECT_THAT(processes_with(folder.path()), IsEmpty());
}

TEST(OtherDialect, IsNotSeenInAServerThatIsMerelyBroken) {
  const TemporaryFolder folder;
  const Outcome outcome = run_as(
      folder, "bftp", executable("bftpd-specimen") + " --fault corrupt_byte:p=1 --port {port} --root {root}");
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["identity.copies"], "fail");
}

TEST(OneConnection, IsRecognisedAndTheServerStartedAnewForEachTransfer) {
  const TemporaryFolder folder;
  const std::string server = "/usr/bin/python3 " + in_tests("servers/serves_once.py");
  const Outcome outcome = run_as(folder, "nul", server);
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  EXPECT_EQ(status["identity.copies"], "pass") << outcome.out;
  EXPECT_EQ(status["identity.errors"], "pass") << outcome.out;
  EXPECT_EQ(status["lifecycle.serves_once"], "warn");
  EXPECT_EQ(status["uniformity.tail"], "skip");
  EXPECT_EQ(status["memory.leak"], "skip");
}

TEST(OneConnection, CopiesThatAreCutShortFail) {
  const TemporaryFolder folder;
  const Outcome outcome =
      run_as(folder, "nul", "/usr/bin/python3 " + in_tests("servers/serves_once.py") + " short");
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  auto status = statuses(folder.file("reports/latest"));
  EXPECT_EQ(status["identity.errors"], "fail");
  EXPECT_EQ(status["lifecycle.serves_once"], "warn");
}

}  // namespace
}  // namespace bftp::end_to_end
