#include "harness/measure/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/measure/helpers/fake_proc.hpp"

namespace bftp::measure {
namespace {

using testing::Contains;
using testing::HasSubstr;

FakeWorld modern() {
  FakeWorld world;
  world.files["/proc/cpuinfo"] =
      "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu sha_ni avx\n\nprocessor\t: 1\n";
  world.files["/proc/meminfo"] = "MemTotal:       16384 kB\nMemFree: 1 kB\n";
  world.files["/etc/os-release"] = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
  world.files["/proc/self/mountinfo"] = "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
  world.files["/proc/self/smaps_rollup"] = "";
  world.files["/proc/sys/kernel/perf_event_paranoid"] = "2\n";
  return world;
}

TEST(MachineTest, DescribesAMachine) {
  auto world = modern();
  FakeProcFiles files(world);
  const auto machine = describe_machine(files, {"box", "6.18.44", 8});
  EXPECT_EQ(machine.hostname, "box");
  EXPECT_EQ(machine.cpu_model, "Some CPU");
  EXPECT_EQ(machine.os, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(machine.cores, 8u);
  EXPECT_EQ(machine.memory_bytes, 16u << 20);
  EXPECT_TRUE(machine.sha_extensions);
  EXPECT_EQ(machine.cpu_source, "cgroup v2");
  EXPECT_TRUE(machine.limits.empty());
}

TEST(MachineTest, SaysWhatItCannotMeasure) {
  auto world = modern();
  world.files["/proc/cpuinfo"] = "flags : fpu hypervisor sha_nix\n";
  world.files["/proc/self/mountinfo"] =
      "31 24 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";
  world.files.erase("/proc/self/smaps_rollup");
  world.files.erase("/proc/sys/kernel/perf_event_paranoid");
  FakeProcFiles files(world);
  const auto machine = describe_machine(files, {"box", "5.10.0", 1});
  EXPECT_FALSE(machine.sha_extensions);
  EXPECT_EQ(machine.cpu_source, "cgroup v1");
  for (const char* word : {"one processor", "virtual machine", "smaps_rollup", "6.2", "performance counters"})
    EXPECT_THAT(machine.limits, Contains(HasSubstr(word)));
}

TEST(MachineTest, LivesWithNothing) {
  FakeWorld world;
  FakeProcFiles files(world);
  const auto machine = describe_machine(files, {});
  EXPECT_EQ(machine.memory_bytes, 0u);
  EXPECT_EQ(machine.cpu_source, "/proc");
}

TEST(MachineTest, KnowsArmsName) {
  auto world = modern();
  world.files["/proc/cpuinfo"] = "processor : 0\nFeatures\t: fp asimd sha1 sha2\n";
  FakeProcFiles files(world);
  EXPECT_TRUE(describe_machine(files, {}).sha_extensions);
}

TEST(MachineTest, DescribesThisOne) {
  const auto machine = describe_machine();
  EXPECT_NE(machine.kernel, "");
  EXPECT_GE(machine.cores, 1u);
  EXPECT_GT(machine.memory_bytes, 0u);
}

}  // namespace
}  // namespace bftp::measure
