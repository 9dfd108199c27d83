/// Runs that are recorded, looked at again, and held against each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Outcome recorded(const TemporaryFolder& folder, std::vector<std::string> more) {
  more.insert(more.end(), {"--history", folder.file("h.sqlite"), "--commit", "0123abc"});
  return torture(short_run(folder, more), folder);
}

TEST(History, RunsAreRecordedListedAndDrawn) {
  const TemporaryFolder folder;
  for (int i = 0; i < 2; ++i) {
    const auto outcome = recorded(folder, {});
    ASSERT_THAT(outcome.code, ::testing::AnyOf(0, 2)) << outcome.out << outcome.err;
  }
  const auto list = torture({"history", folder.file("h.sqlite"), "--html", folder.file("h.html")}, folder);
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("0123abc"));
  EXPECT_THAT(list.out, HasSubstr("2 runs of reference"));
  EXPECT_THAT(list.out, HasSubstr("memory_rest_mib (MiB)"));
  EXPECT_THAT(read_file(folder.file("h.html")), HasSubstr("data-chart=\"memory_rest_mib\""));
  const auto csv = torture({"history", folder.file("h.sqlite"), "--csv"}, folder);
  EXPECT_THAT(csv.out, HasSubstr("service_p50_ms,get,"));
  const auto json = torture({"history", folder.file("h.sqlite"), "--json", "--last", "1"}, folder);
  EXPECT_THAT(json.out, HasSubstr("\"schema\": \"bftp-torture/history\""));
}

TEST(History, ARunIsHeldAgainstOneBefore) {
  const TemporaryFolder folder;
  const auto base = recorded(folder, {"--name", "base"});
  ASSERT_THAT(base.code, ::testing::AnyOf(0, 2)) << base.out << base.err;
  const auto like = torture(short_run(folder, {"--baseline", folder.file("h.sqlite")}), folder);
  EXPECT_THAT(like.code, ::testing::AnyOf(0, 2)) << like.out << like.err;
  EXPECT_THAT(read_file(folder.file("reports/latest/checks.csv")), HasSubstr("baseline.memory,memory,pass"));
  const std::string run = std::filesystem::canonical(folder.file("reports/latest")).string();
  const auto other_work = torture(short_run(folder, {"--baseline", run, "--clients", "1"}), folder);
  const std::string checks = read_file(folder.file("reports/latest/checks.csv"));
  EXPECT_EQ(other_work.code, 2) << "a run that was named is not passed over in silence" << other_work.err;
  EXPECT_THAT(checks, HasSubstr("baseline.memory,memory,inconclusive")) << other_work.err;
  EXPECT_THAT(checks, HasSubstr("clients is"));
  const auto again = torture({"judge", folder.file("reports/latest")}, folder);
  EXPECT_EQ(read_file(folder.file("reports/latest/checks.csv")), checks)
      << "the baseline is part of the record";
}

TEST(History, AWrongFileIsRefusedBeforeAnythingRuns) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("notes.txt")) << std::string(4096, 'n');
  const auto history = torture(short_run(folder, {"--history", folder.file("notes.txt")}), folder);
  EXPECT_EQ(history.code, 64);
  EXPECT_THAT(history.err, HasSubstr("not an SQLite file"));
  const auto baseline = torture(short_run(folder, {"--baseline", folder.file("none.sqlite")}), folder);
  EXPECT_EQ(baseline.code, 64);
  const auto look = torture({"history", folder.file("notes.txt")}, folder);
  EXPECT_EQ(look.code, 64);
  const auto commit = torture(short_run(folder, {"--commit", "not a commit"}), folder);
  EXPECT_EQ(commit.code, 64);
  EXPECT_FALSE(std::filesystem::exists(folder.file("reports"))) << "no run was begun";
  EXPECT_EQ(read_file(folder.file("notes.txt")), std::string(4096, 'n'));
}

TEST(History, ARunThatMovedNothingIsNotRecorded) {
  const TemporaryFolder folder;
  const auto outcome = recorded(folder, {"--server", "/no/such/server {port}"});
  EXPECT_EQ(outcome.code, 3);
  const auto list = torture({"history", folder.file("h.sqlite")}, folder);
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, HasSubstr("No run has been recorded"));
}

}  // namespace
}  // namespace bftp::end_to_end
