#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/launch/guard/cgroups.hpp"

namespace bftp::launch::guard {
namespace {

using testing::ElementsAre;

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

}  // namespace
}  // namespace bftp::launch::guard
