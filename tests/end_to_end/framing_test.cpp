// The framing cases as a user meets them, against a right server and a beginner's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::HasSubstr;

/// The cases alone, by status.
std::map<std::string, std::string> cases_of(const std::string& run) {
  auto all = statuses(run);
  std::erase_if(all, [](const auto& row) { return !row.first.starts_with("framing."); });
  return all;
}

class FramingCases : public ::testing::TestWithParam<const char*> {};

TEST_P(FramingCases, PassOnTheReferenceServer) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--dialect", GetParam(), "--ops", "get", "--iterations", "3"}), folder);
  const auto cases = cases_of(folder.file("reports/latest"));
  EXPECT_GE(cases.size(), 8U) << outcome.out << outcome.err;
  for (const auto& [id, status] : cases) EXPECT_EQ(status, "pass") << id << '\n' << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(Dialects, FramingCases,
                         ::testing::Values("bftp", "nul", "raw", "line", "fixed", "sized", "stream", "http",
                                           "http1.1"),
                         [](const auto& dialect) {
                           std::string name = dialect.param;
                           std::erase(name, '.');
                           return name;
                         });

std::string in_tests(const std::string& path) {
  return std::string(BFTP_SOURCE_DIR) + "/tests/end_to_end/" + path;
}

class FramingCasesOfFtp : public ::testing::TestWithParam<std::pair<const char*, std::string>> {};

// Debian's Python is named by its path: another one in PATH does not see Debian's modules.
INSTANTIATE_TEST_SUITE_P(
    Peers, FramingCasesOfFtp,
    ::testing::Values(std::pair("vsftpd", in_tests("peers/vsftpd {port} {root}")),
                      std::pair("pyftpdlib",
                                "/usr/bin/python3 -m pyftpdlib -i 127.0.0.1 -p {port} -d {root} -w")),
    [](const auto& peer) { return peer.param.first; });

TEST_P(FramingCasesOfFtp, PassOnAHealthyPeer) {
  const TemporaryFolder folder;
  const auto outcome = torture(
      short_run(folder, {"--dialect", "ftp", "--server", GetParam().second, "--iterations", "3"}), folder);
  const auto cases = cases_of(folder.file("reports/latest"));
  EXPECT_GE(cases.size(), 16U) << outcome.out << outcome.err;
  for (const auto& [id, status] : cases) EXPECT_EQ(status, "pass") << id << '\n' << outcome.out;
}

TEST(FramingCasesOfFtpWithAFault, FailWhereACommandChangesNothing) {
  const TemporaryFolder folder;
  const auto server = "/usr/bin/python3 " + in_tests("servers/stays_in_its_folder.py") + " {port} {root}";
  const auto outcome =
      torture(short_run(folder, {"--dialect", "ftp", "--server", server, "--iterations", "3"}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  for (const auto& [id, status] : cases_of(folder.file("reports/latest")))
    EXPECT_EQ(status, id == "framing.changes_folder" ? "fail" : "pass") << id << '\n' << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("CWD changes it, PWD names it"));
}

TEST(FramingCasesOfABeginner, FailWithTheCauseInWords) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--server", executable("one_receive_server") + " {port} {root}", "--ops",
                                 "get", "--iterations", "3"}),
              folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  const auto cases = cases_of(folder.file("reports/latest"));
  for (const auto* id :
       {"framing.name_in_two_segments", "framing.byte_by_byte", "framing.two_requests_in_one_segment"})
    EXPECT_EQ(cases.at(id), "fail") << id << outcome.out;
  for (const auto* id : {"framing.missing_file", "framing.closes_at_once", "framing.long_name"})
    EXPECT_EQ(cases.at(id), "pass") << id << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("what one recv() returns"));
  EXPECT_THAT(outcome.out, HasSubstr("| nc 127.0.0.1 12345"));
}

TEST(FramingCasesOfASpecimen, NameTheCaseThatTheServerDidNotSurvive) {
  const TemporaryFolder folder;
  const auto outcome =
      torture(short_run(folder, {"--server",
                                 executable("bftpd-specimen") +
                                     " --fault crash_on_long_name --host {host} --port {port} --root {root}",
                                 "--iterations", "3"}),
              folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  const auto cases = cases_of(folder.file("reports/latest"));
  EXPECT_EQ(cases.at("framing.long_name"), "fail") << outcome.out;
  EXPECT_EQ(cases.at("framing.missing_file"), "pass") << "after a restart";
}

TEST(ListCases, ShowsEachWithItsDialects) {
  const TemporaryFolder folder;
  const auto outcome = torture({"list", "cases"}, folder);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("framing.two_requests_in_one_segment"));
  EXPECT_THAT(outcome.out, HasSubstr("dialects: bftp stream http"));
}

}  // namespace
}  // namespace bftp::end_to_end
