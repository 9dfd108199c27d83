// SIGTERM while a client is connected (clause 6.3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::HasSubstr;

TEST(Stop, AServerThatWaitsForASilentClientFails) {
  const TemporaryFolder folder;
  const std::string server = std::string("/usr/bin/python3 ") + BFTP_SOURCE_DIR +
                             "/tests/end_to_end/servers/waits_for_clients.py {port} {root}";
  const auto outcome = torture(
      short_run(folder, {"--ops", "get", "--fixtures", "every_byte.bin", "--server", server}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.stops"], "fail");
  EXPECT_THAT(read_file(folder.file("reports/latest/explain.txt")), HasSubstr("a client that says nothing"));
}

/// Clause 6.2: it ends in order, and misses only SO_REUSEADDR.
TEST(Restart, AServerThatCannotHaveItsPortAgainFails) {
  const TemporaryFolder folder;
  const std::string server = std::string("/usr/bin/python3 ") + BFTP_SOURCE_DIR +
                             "/tests/end_to_end/servers/waits_for_clients.py {port} {root} keeps_port";
  const auto outcome = torture(
      short_run(folder, {"--ops", "get", "--fixtures", "every_byte.bin", "--server", server}), folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.stops"], "pass");
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.restarts"], "fail");
  EXPECT_THAT(read_file(folder.file("reports/latest/explain.txt")), HasSubstr("SO_REUSEADDR"));
}

/// Each model meets the silent client in another way.
class StopOfTheReference : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Models, StopOfTheReference,
                         ::testing::Values("iterative", "fork", "thread", "pool", "epoll"),
                         [](const auto& model) { return std::string(model.param); });

TEST_P(StopOfTheReference, IsInTimeWithASilentClient) {
  const TemporaryFolder folder;
  const auto outcome = torture(
      short_run(folder, {"--fixtures", "every_byte.bin", "--suite", "transfer", "--model", GetParam()}),
      folder);
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.stops"], "pass") << outcome.out << outcome.err;
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.restarts"], "pass");
  EXPECT_EQ(statuses(folder.file("reports/latest"))["lifecycle.announces"], "pass");
  EXPECT_THAT(read_file(folder.file("reports/latest/run.json")),
              HasSubstr("a client was connected and said nothing"));
}

}  // namespace
}  // namespace bftp::end_to_end
