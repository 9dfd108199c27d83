#include "processes/proc_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace bftp::processes {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST(ProcTreeTest, ReadsAStatLineWithAHostileName) {
  ProcessEntry entry;
  ASSERT_TRUE(parse_stat("42 (a) Z 1 (b c) S 7 42 42 0 -1 4194304", entry));
  EXPECT_EQ(entry, (ProcessEntry{42, 7, false}));
  ASSERT_TRUE(parse_stat("43 (sh) Z 42 42 42 0", entry));
  EXPECT_EQ(entry, (ProcessEntry{43, 42, true}));
  EXPECT_FALSE(parse_stat("", entry));
  EXPECT_FALSE(parse_stat("12 (x", entry));
  EXPECT_FALSE(parse_stat("12 (x) S", entry));
}

TEST(ProcTreeTest, FindsDescendantsOnly) {
  const std::vector<ProcessEntry> all{{1, 0}, {10, 1}, {11, 10}, {12, 11, true}, {20, 1}, {13, 10}};
  EXPECT_THAT(descendants(all, 10),
              UnorderedElementsAre(ProcessEntry{11, 10}, ProcessEntry{12, 11, true}, ProcessEntry{13, 10}));
  EXPECT_TRUE(descendants(all, 99).empty());
}

TEST(ProcTreeTest, IsNotCaughtInALoop) {
  EXPECT_THAT(descendants({{2, 3}, {3, 2}, {4, 3}}, 2), ElementsAre(ProcessEntry{3, 2}, ProcessEntry{4, 3}));
}

TEST(ProcTreeTest, SeesItself) {
  bool found = false;
  for (const auto& entry : list_processes()) found = found || entry.pid == ::getpid();
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace bftp::processes
