/// The doctor on the real machine, with a real short run of the reference server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <boost/json/parse.hpp>

#include "program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

TEST(Doctor, LooksAtThisMachine) {
  const TemporaryFolder folder;
  const auto outcome = torture({"doctor", "--json", "--out", folder.file("reports")}, folder);
  ASSERT_THAT(outcome.code, AnyOf(0, 2)) << outcome.out << outcome.err;
  const auto document = boost::json::parse(outcome.out);
  EXPECT_EQ(document.at("exit_code").as_int64(), outcome.code);
  bool noise = false;
  for (const auto& finding : document.at("findings").as_array()) {
    EXPECT_FALSE(finding.at("found").as_string().empty());
    if (finding.at("id").as_string() == "noise.floor")
      noise = std::string(finding.at("found").as_string()).find("neighbouring blocks differ") == 0;
  }
  EXPECT_TRUE(noise) << "the short run was made: " << outcome.out;
  EXPECT_FALSE(std::filesystem::exists(folder.file("reports"))) << "it writes no report";
}

TEST(Doctor, SaysThatNoRunCanBeMade) {
  const TemporaryFolder folder;
  const auto outcome = torture({"doctor", "--out", "/proc/no/reports/here"}, folder);
  EXPECT_EQ(outcome.code, 3) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("NO RUN"));
  EXPECT_THAT(outcome.out, HasSubstr("disk.reports"));
}

}  // namespace
}  // namespace bftp::end_to_end
