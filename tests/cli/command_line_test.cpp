#include "harness/cli/command_line.hpp"

#include <gtest/gtest.h>

namespace bftp::cli {
namespace {

TEST(CommandLine, IsWhatWasTypedQuotedForAShell) {
  EXPECT_EQ(command_line_of({"run", "--server", "python3 it's.py {port}", "--seed", "7", ""}),
            R"(bftp-torture run --server 'python3 it'\''s.py {port}' --seed 7 '')");
}

TEST(CommandLine, LeavesOutWhereTheReportGoesAndWhoIsTold) {
  EXPECT_EQ(command_line_of({"run", "--out", "grades/amy", "--name=amy", "--quiet", "--explain", "--history",
                             "h.db", "--json", "--outline"}),
            "bftp-torture run --explain --outline");
  EXPECT_EQ(command_line_of({"run", "--out"}), "bftp-torture run");
}

}  // namespace
}  // namespace bftp::cli
