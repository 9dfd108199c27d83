#include "processes/tree_killer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <set>

namespace bftp::processes {
namespace {

using namespace std::chrono_literals;
using protocol::Deadline;

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
}  // namespace bftp::processes
