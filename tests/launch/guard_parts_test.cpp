#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <set>

#include "harness/launch/guard/cgroups.hpp"
#include "harness/launch/guard/proc_tree.hpp"
#include "harness/launch/guard/tree_killer.hpp"

namespace bftp::launch::guard {
namespace {

using namespace std::chrono_literals;
using protocol::Deadline;
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

using Place = std::pair<std::string, std::string>;

std::vector<Place> places(std::string_view self_cgroup, std::string_view mountinfo) {
  std::vector<Place> result;
  for (const auto& hierarchy : find_hierarchies(self_cgroup, mountinfo))
    result.emplace_back(hierarchy.controller, hierarchy.folder);
  return result;
}

TEST(CgroupsTest, FindsAPureVersion2Hierarchy) {
  EXPECT_THAT(places("0::/user.slice/user-1000.slice\n",
                     "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"),
              ElementsAre(Place{"", "/sys/fs/cgroup/user.slice/user-1000.slice"}));
}

TEST(CgroupsTest, FindsBothVersionsSideBySide) {
  EXPECT_THAT(
      places("8:pids:/\n2:cpu,cpuacct:/job\n1:name=systemd:/\n0::/\n",
             "30 24 0:26 / /sys/fs/cgroup/unified rw shared:4 - cgroup2 cgroup2 rw\n"
             "31 24 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
             "32 24 0:28 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"),
      ElementsAre(Place{"pids", "/sys/fs/cgroup/pids"}, Place{"cpu", "/sys/fs/cgroup/cpu,cpuacct/job"},
                  Place{"cpuacct", "/sys/fs/cgroup/cpu,cpuacct/job"}, Place{"", "/sys/fs/cgroup/unified"}));
}

TEST(CgroupsTest, FindsOurPlaceInAContainersMount) {
  EXPECT_THAT(
      places("0::/docker/abc/work\n", "30 24 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro\n"),
      ElementsAre(Place{"", "/sys/fs/cgroup/work"}));
  EXPECT_TRUE(
      places("0::/elsewhere\n", "30 24 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup ro\n").empty());
}

TEST(CgroupsTest, LivesWithoutAny) {
  EXPECT_TRUE(places("", "").empty());
  EXPECT_TRUE(places("nonsense\n", "1 2 3\n").empty());
}

/// A tree of processes in memory. A forker starts another child each time that it is looked at, until it is
/// stopped.
class FakeSystem final : public TreeSystem {
 public:
  std::map<int, ProcessEntry> processes;
  std::set<int> forkers, stopped, unkillable;
  bool cgroups_killed = false;
  int pauses = 0;
  int blind_looks = 0;  ///< so many lists miss everybody

  std::vector<ProcessEntry> descendants() override {
    if (blind_looks-- > 0) return {};
    const auto looking = forkers;
    for (const int pid : looking)
      if (!stopped.contains(pid)) fork(pid);
    std::vector<ProcessEntry> all;
    for (const auto& [pid, entry] : processes) all.push_back(entry);
    return all;
  }
  void signal(int pid, int number) override {
    if (number == SIGSTOP) stopped.insert(pid);
    if (number == SIGKILL && !unkillable.contains(pid)) {
      processes[pid].zombie = true;
      forkers.erase(pid);
    }
  }
  void kill_cgroups() override { cgroups_killed = true; }
  bool reap() override {
    std::erase_if(processes, [](const auto& entry) { return entry.second.zombie; });
    return !processes.empty();
  }
  void pause() override { ++pauses; }

 private:
  void fork(int parent) {
    const int pid = next_++;
    processes[pid] = {pid, parent, false};
    if (pid % 3 != 0) forkers.insert(pid);
  }
  int next_ = 100;
};

TEST(TreeKillerTest, KillsEverybody) {
  FakeSystem system;
  system.processes = {{10, {10, 1}}, {11, {11, 10}}, {12, {12, 10, true}}};
  EXPECT_EQ(kill_tree(system, Deadline::after(60s)), 0u);
  EXPECT_TRUE(system.processes.empty());
  EXPECT_TRUE(system.cgroups_killed);
}

TEST(TreeKillerTest, StopsBeforeItKillsSoThatNobodyForksOn) {
  FakeSystem system;
  system.processes = {{10, {10, 1}}};
  system.forkers = {10};
  EXPECT_EQ(kill_tree(system, Deadline::after(60s)), 0u);
  EXPECT_TRUE(system.processes.empty());
}

TEST(TreeKillerTest, DoesNothingToAnEmptyTree) {
  FakeSystem system;
  EXPECT_EQ(kill_tree(system, Deadline::after(60s)), 0u);
  EXPECT_FALSE(system.cgroups_killed);
}

TEST(TreeKillerTest, DoesNotTrustAnEmptyList) {
  FakeSystem system;
  system.processes = {{10, {10, 1}}};
  system.blind_looks = 5;
  EXPECT_EQ(kill_tree(system, Deadline::after(60s)), 0u);
  EXPECT_TRUE(system.processes.empty());
}

TEST(TreeKillerTest, CountsWhomItCannotKill) {
  FakeSystem system;
  system.processes = {{10, {10, 1}}, {11, {11, 10}}};
  system.unkillable = {11};
  EXPECT_EQ(kill_tree(system, Deadline::at(protocol::Clock::now())), 2u) << "as known at the deadline";
  system.reap();
  EXPECT_THAT(system.processes, testing::SizeIs(1));
}

}  // namespace
}  // namespace bftp::launch::guard
