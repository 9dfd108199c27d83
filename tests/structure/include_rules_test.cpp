// Who may include whom (docs/architecture.md). A room may include what stands before it on the data's path,
// and of harness stages only the value types at their borders.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/structure/source_tree.hpp"

namespace bftp::structure {
namespace {

/// Rooms whose every header a room may include, besides its own.
const std::map<std::string, std::set<std::string>>& whole_rooms() {
  static const std::map<std::string, std::set<std::string>> rules{
      {"protocol", {}},
      {"processes", {"protocol"}},
      {"server_under_test", {"protocol"}},
      {"client_under_test", {"protocol", "processes"}},
      {"fixtures", {"protocol"}},
      {"harness/plan", {"protocol", "fixtures"}},
      {"harness/record", {"protocol"}},
      {"harness/launch", {"protocol", "processes"}},
      {"harness/measure", {"protocol", "processes", "harness/record"}},
      {"harness/drive", {"protocol", "harness/record"}},
      {"harness/torture", {"protocol", "harness/record"}},
      {"harness/judge", {"protocol", "harness/record"}},
      {"harness/history", {"protocol", "harness/record"}},
      {"harness/history_store", {"protocol", "harness/record", "harness/history"}},
      {"harness/report", {"protocol", "harness/record", "harness/history"}},
      {"harness/doctor", {"protocol"}},
      {"harness/cli",
       {"protocol", "processes", "fixtures", "harness/doctor", "harness/plan", "harness/record",
        "harness/launch", "harness/measure", "harness/drive", "harness/torture", "harness/judge",
        "harness/history", "harness/history_store", "harness/report"}},
  };
  return rules;
}

/// Value types and seams at the borders of stages, open to the stages after them.
const std::map<std::string, std::set<std::string>>& borders() {
  static const std::map<std::string, std::set<std::string>> rules{
      {"harness/record", {"harness/plan/plan.hpp", "fixtures/fixture.hpp"}},
      {"harness/launch",
       {"harness/plan/plan.hpp", "harness/plan/command_template.hpp", "harness/record/server_end.hpp",
        "harness/record/transfer_record.hpp"}},
      {"harness/measure", {"harness/launch/session.hpp"}},
      {"harness/drive",
       {"harness/plan/plan.hpp", "fixtures/fixture.hpp", "harness/launch/session.hpp",
        "harness/measure/probe.hpp"}},
      {"harness/torture", {"harness/launch/session.hpp"}},
      {"harness/judge",
       {"harness/plan/plan.hpp", "harness/plan/command_template.hpp", "harness/plan/gate.hpp",
        "fixtures/fixture.hpp"}},
      {"harness/history",
       {"harness/plan/plan.hpp", "harness/judge/verdict.hpp", "harness/judge/check.hpp",
        "harness/judge/metrics.hpp", "harness/judge/statistics/finite.hpp",
        "harness/judge/statistics/quantiles.hpp", "harness/judge/statistics/split_mix.hpp"}},
      {"harness/report",
       {"harness/plan/plan.hpp", "fixtures/fixture.hpp", "harness/judge/verdict.hpp",
        "harness/judge/check.hpp", "harness/judge/metrics.hpp", "harness/plan/gate.hpp",
        "harness/judge/comparison/comparison.hpp"}},
  };
  return rules;
}

bool allowed(const std::string& room, const std::string& include) {
  const std::string from = room_of(include);
  if (from == room) return true;
  if (const auto rule = whole_rooms().find(room); rule != whole_rooms().end() && rule->second.contains(from))
    return true;
  const auto rule = borders().find(room);
  return rule != borders().end() && rule->second.contains(include);
}

TEST(IncludeRules, HoldInEveryFile) {
  const auto files = source_files();
  ASSERT_GT(files.size(), 50u) << "the source tree was not found";
  for (const SourceFile& file : files) {
    const std::string room = room_of(file.path);
    if (room == "tests" || room == "bench") continue;
    ASSERT_TRUE(whole_rooms().contains(room)) << file.path << ": a room without a rule";
    for (const std::string& include : own_includes(file))
      EXPECT_TRUE(allowed(room, include)) << file.path << " must not include " << include;
  }
}

TEST(IncludeRules, NobodyIncludesTheCommandLine) {
  for (const SourceFile& file : source_files())
    for (const std::string& include : own_includes(file)) {
      if (room_of(include) != "harness/cli") continue;
      EXPECT_TRUE(room_of(file.path) == "harness/cli" || file.path.starts_with("tests/cli/")) << file.path;
    }
}

TEST(IncludeRules, JudgeHistoryAndReportArePure) {
  const std::set<std::string> impure{"fstream",      "filesystem", "iostream",   "thread",
                                     "random",       "unistd.h",   "fcntl.h",    "ctime",
                                     "sys/socket.h", "cstdio",     "sys/stat.h", "netinet/in.h"};
  for (const SourceFile& file : source_files()) {
    const std::string room = room_of(file.path);
    if (room != "harness/judge" && room != "harness/history" && room != "harness/report") continue;
    for (const std::string& include : system_includes(file))
      EXPECT_FALSE(impure.contains(include)) << file.path << " includes <" << include << ">";
    for (const std::string& line : file.lines)
      EXPECT_EQ(line.find("_clock::now"), std::string::npos) << file.path << ": " << line;
  }
}

}  // namespace
}  // namespace bftp::structure
