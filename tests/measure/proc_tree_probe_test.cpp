#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/measure/make_probe.hpp"
#include "tests/measure/helpers/fake_proc.hpp"

namespace bftp::measure {
namespace {

constexpr int guard = 10, server = 11;

class ProcTreeProbeTest : public testing::Test {
 protected:
  ProcTreeProbeTest() {
    world_.add_process(guard, 1, "S", 1, 256, "0 0 100 200");
    world_.add_process(server, guard);
  }
  std::unique_ptr<Probe> probe(ProbeTarget target) {
    return make_probe(target, std::make_unique<FakeProcFiles>(world_));
  }
  static ProbeTarget below_guard() { return {server, guard, "", "", 2000}; }
  ProbeTarget with_cgroup() {
    world_.files["/cg/cgroup.procs"] = "11\n";
    world_.files["/cg/cpu.stat"] = "usage_usec 3000000\nuser_usec 1000000\nsystem_usec 2000000\n";
    return {server, guard, "/cg", "", 2000};
  }
  FakeWorld world_;
};

TEST_F(ProcTreeProbeTest, SumsTheTreeWithoutItsGuard) {
  world_.add_process(12, server, "S", 3, 512);
  world_.add_process(13, 12);
  world_.add_process(99, 1);
  const auto sample = probe(below_guard())->read(Detail::full);
  EXPECT_EQ(sample.processes, 3u);
  EXPECT_EQ(sample.threads, 5u);
  EXPECT_EQ(sample.fds, 9u);
  EXPECT_DOUBLE_EQ(*sample.rss_mib, 4.0);
  EXPECT_DOUBLE_EQ(*sample.pss_mib, 3.0);
  EXPECT_DOUBLE_EQ(*sample.private_mib, 2.25);
  EXPECT_DOUBLE_EQ(sample.pss_file_mib.value_or(0), 1.125);
  EXPECT_DOUBLE_EQ(*sample.anon_mib, 3.0) << "512 less 256 pages of 4 KiB, three times";
  EXPECT_EQ(sample.zombies, 0u);
  EXPECT_EQ(sample.sockets_close_wait, 0u);
}

TEST_F(ProcTreeProbeTest, AQuickLookLeavesOutWhatIsDear) {
  const auto sample = probe(below_guard())->read(Detail::quick);
  EXPECT_EQ(sample.processes, 1u);
  EXPECT_FALSE(sample.pss_mib);
  EXPECT_FALSE(sample.private_mib);
  EXPECT_DOUBLE_EQ(*sample.anon_mib, 1.0) << "it is in every sample";
  EXPECT_FALSE(sample.zombies);
  EXPECT_FALSE(sample.sockets_close_wait);
}

TEST_F(ProcTreeProbeTest, KeepsFilesOpen) {
  const auto the_probe = probe(below_guard());
  the_probe->read(Detail::quick);
  const int opens = world_.opens;
  the_probe->read(Detail::quick);
  EXPECT_EQ(world_.opens, opens);
}

TEST_F(ProcTreeProbeTest, CountsZombiesApart) {
  world_.add_process(12, server, "Z", 1, 0);
  for (const auto& target : {below_guard(), with_cgroup()}) {
    const auto sample = probe(target)->read(Detail::full);
    EXPECT_EQ(sample.processes, 1u);
    EXPECT_EQ(sample.zombies, 1u);
    EXPECT_EQ(sample.fds, 3u);
    EXPECT_DOUBLE_EQ(*sample.pss_mib, 1.0);
  }
}

TEST_F(ProcTreeProbeTest, DoesNotBlameTheServerForTheGuardsOwnZombies) {
  world_.add_process(12, guard, "Z");
  EXPECT_EQ(probe(below_guard())->read(Detail::full).zombies, 0u);
}

TEST_F(ProcTreeProbeTest, FindsChildrenOfOtherThreads) {
  world_.add_process(12, server);
  world_.files["/proc/11/task/11/children"] = "";
  world_.files["/proc/11/task/15/children"] = "12 ";
  world_.folders["/proc/11/task"] = {"11", "15"};
  world_.add_process(server, guard, "S", 2);
  world_.files["/proc/11/task/11/children"] = "";
  const auto the_probe = probe(below_guard());
  EXPECT_EQ(the_probe->read(Detail::full).processes, 2u);
  EXPECT_EQ(the_probe->read(Detail::quick).processes, 2u) << "once found, it stays known";
  world_.end_process(12);
  EXPECT_EQ(the_probe->read(Detail::quick).processes, 1u);
}

TEST_F(ProcTreeProbeTest, CountsInstructionsOfEveryThread) {
  world_.add_process(12, server);
  world_.folders["/proc/11/task"] = {"11", "15"};
  world_.folders["/proc/12/task"] = {"12"};
  world_.instructions = 1e9;
  const auto the_probe = probe(below_guard());
  EXPECT_EQ(the_probe->instructions_total(), 1e9);
  EXPECT_EQ(world_.counted_threads, (std::vector<int>{11, 15, 12})) << "the guard's are not the server's";
  world_.counted_threads.clear();
  world_.instructions = 2e9;
  EXPECT_EQ(the_probe->instructions_total(), 2e9);
  EXPECT_TRUE(world_.counted_threads.empty()) << "it counts on; nobody begins anew";
}

TEST_F(ProcTreeProbeTest, SaysNothingOfInstructionsWhereNobodyCountsThem) {
  const auto the_probe = probe(below_guard());
  EXPECT_EQ(the_probe->instructions_total(), std::nullopt);
  world_.instructions = 1e9;
  EXPECT_EQ(the_probe->instructions_total(), std::nullopt) << "asked once";
}

TEST_F(ProcTreeProbeTest, FollowsADaemonToItsGuard) {
  world_.add_process(12, guard);
  world_.end_process(server);
  EXPECT_EQ(probe(below_guard())->read(Detail::quick).processes, 1u);
}

TEST_F(ProcTreeProbeTest, SaysThatTheTreeIsGone) {
  const auto the_probe = probe(with_cgroup());
  the_probe->read(Detail::full);
  world_.end_process(server);
  world_.files["/cg/cgroup.procs"] = "";
  const auto sample = the_probe->read(Detail::full);
  EXPECT_EQ(sample.processes, 0u);
  EXPECT_DOUBLE_EQ(*sample.cpu_total_s, 3.0) << "the time that it took stays known";
}

TEST_F(ProcTreeProbeTest, TakesCpuFromTheCgroup) {
  const auto the_probe = probe(with_cgroup());
  EXPECT_EQ(the_probe->cpu_source(), "cgroup v2 cpu.stat");
  const auto sample = the_probe->read(Detail::quick);
  EXPECT_DOUBLE_EQ(*sample.cpu_total_s, 3.0);
  EXPECT_DOUBLE_EQ(*sample.cpu_user_s, 1.0);
  EXPECT_DOUBLE_EQ(*sample.cpu_system_s, 2.0);
  EXPECT_DOUBLE_EQ(*the_probe->cpu_total_s(), 3.0);
}

TEST_F(ProcTreeProbeTest, DoesWithoutACgroupThatSomebodyLeft) {
  ProbeTarget target = with_cgroup();
  world_.files["/proc/11/cgroup"] = "2:cpuacct:/\n0::/cg\n";
  const auto the_probe = probe(target);
  EXPECT_DOUBLE_EQ(*the_probe->read(Detail::full).cpu_total_s, 3.0);
  world_.add_process(12, server);
  world_.files["/proc/12/cgroup"] = "2:cpuacct:/\n0::/cg/below\n";
  EXPECT_DOUBLE_EQ(*the_probe->read(Detail::full).cpu_total_s, 3.0) << "a cgroup below counts too";
  world_.files["/proc/12/cgroup"] = "2:cpuacct:/cg\n0::/elsewhere\n";
  const double left_at = *the_probe->read(Detail::full).cpu_total_s;
  EXPECT_GE(left_at, 3.0);
  EXPECT_EQ(the_probe->cpu_source(), "/proc");
  world_.clocks[12] += 7;
  EXPECT_DOUBLE_EQ(*the_probe->read(Detail::quick).cpu_total_s, left_at + 7);
  EXPECT_DOUBLE_EQ(*the_probe->cpu_total_s(), left_at + 7);
  EXPECT_EQ(the_probe->read(Detail::quick).processes, 2u);
}

TEST_F(ProcTreeProbeTest, DoesWithoutAVersion1CgroupThatNobodyCouldJoin) {
  world_.files["/cpuacct/bftp-server-10/cgroup.procs"] = "";
  world_.files["/cpuacct/bftp-server-10/cpuacct.usage"] = "0\n";
  world_.files["/proc/11/cgroup"] = "3:cpu,cpuacct:/\n0::/bftp-server-10\n";
  const auto the_probe = probe({server, guard, "", "/cpuacct/bftp-server-10", 2000});
  EXPECT_GT(the_probe->read(Detail::full).cpu_total_s.value_or(0), 1.0);
  EXPECT_EQ(the_probe->cpu_source(), "/proc");
}

TEST_F(ProcTreeProbeTest, TakesCpuFromAVersion1Cgroup) {
  world_.files["/v1/cgroup.procs"] = "11\n";
  world_.files["/v1/cpuacct.usage"] = "2500000000\n";
  const auto the_probe = probe({server, guard, "", "/v1", 0});
  EXPECT_EQ(the_probe->cpu_source(), "cgroup v1 cpuacct");
  EXPECT_DOUBLE_EQ(*the_probe->cpu_total_s(), 2.5);
  EXPECT_FALSE(the_probe->read(Detail::quick).cpu_user_s) << "unknown, not 0";
}

TEST_F(ProcTreeProbeTest, TakesCpuFromProcOtherwise) {
  const auto the_probe = probe(below_guard());
  EXPECT_EQ(the_probe->cpu_source(), "/proc");
  // Own clock 1.5 s, the server's waited-for children 30 + 40 ticks, those the guard waited for 100 + 200
  // ticks.
  EXPECT_DOUBLE_EQ(*the_probe->cpu_total_s(), 1.5 + 0.70 + 3.00);
  const auto sample = the_probe->read(Detail::quick);
  EXPECT_DOUBLE_EQ(*sample.cpu_user_s, 0.10 + 0.30 + 1.00);
  EXPECT_DOUBLE_EQ(*sample.cpu_system_s, 0.20 + 0.40 + 2.00);
}

TEST_F(ProcTreeProbeTest, NeverLosesCpuTime) {
  const auto the_probe = probe(below_guard());
  const double before = *the_probe->cpu_total_s();
  world_.end_process(server);
  EXPECT_DOUBLE_EQ(*the_probe->cpu_total_s(), before);
  EXPECT_GE(*the_probe->read(Detail::quick).cpu_user_s, 0.0);
}

TEST_F(ProcTreeProbeTest, CountsCloseWaitByPortAndByInode) {
  const auto socket = [](std::uint16_t port, std::uint64_t inode) {
    return processes::TcpSocket{{"127.0.0.1", port}, inode, false};
  };
  world_.waiting = {socket(2000, 501), socket(2000, 502), socket(2000, 0), socket(3000, 503),
                    socket(3000, 504)};
  world_.links["/proc/11/fd/2"] = "socket:[503]";
  const auto sample = probe(below_guard())->read(Detail::full);
  EXPECT_EQ(sample.sockets_close_wait, 3u)
      << "two at the port, one held; one not yet accepted, one a stranger's";
  world_.waiting.reset();
  EXPECT_FALSE(probe(below_guard())->read(Detail::full).sockets_close_wait);
}

TEST_F(ProcTreeProbeTest, SaysUnknownWhereItMayNotLook) {
  world_.folders.erase("/proc/11/fd");
  world_.files.erase("/proc/11/smaps_rollup");
  const auto sample = probe(below_guard())->read(Detail::full);
  EXPECT_FALSE(sample.fds);
  EXPECT_FALSE(sample.pss_mib);
  EXPECT_EQ(sample.processes, 1u);
}

TEST_F(ProcTreeProbeTest, MeasuresAnAttachedServerByItsPid) {
  world_.add_process(12, server);
  EXPECT_EQ(probe({server, std::nullopt, "", "", 0})->read(Detail::quick).processes, 2u);
  EXPECT_EQ(make_probe(ProbeTarget{}), nullptr);
}

TEST_F(ProcTreeProbeTest, ReadsTheRealSelf) {
  const auto the_probe = make_probe(static_cast<int>(::getpid()), "");
  const auto sample = the_probe->read(Detail::full);
  EXPECT_GE(sample.processes.value_or(0), 1u);
  EXPECT_GE(sample.fds.value_or(0), 3u);
  EXPECT_GT(sample.rss_mib.value_or(0), 0.5);
  EXPECT_GT(sample.pss_mib.value_or(0), 0.1);
  EXPECT_GT(sample.cpu_total_s.value_or(0), 0.0);
  EXPECT_TRUE(sample.sockets_close_wait);
}

TEST(HostProbeTest, ReadsLiteralTexts) {
  FakeWorld world;
  world.files["/proc/stat"] = "cpu  100 0 100 700 50 0 0 50 0 0\n";
  world.files["/proc/7/status"] = "Name:\tx\nVmHWM:\t    2048 kB\n";
  world.add_process(7, 1);
  const auto host = make_host_probe(std::make_unique<FakeProcFiles>(world));
  const auto cpu = host->machine_cpu();
  ASSERT_TRUE(cpu);
  EXPECT_DOUBLE_EQ(cpu->total_s, 10.0);
  EXPECT_DOUBLE_EQ(cpu->idle_s, 7.5);
  EXPECT_DOUBLE_EQ(cpu->steal_s, 0.5);
  EXPECT_DOUBLE_EQ(*host->process_rss_peak_mib(7), 2.0);
  EXPECT_DOUBLE_EQ(*host->process_cpu_s(7), 1.5);
  world.clocks.clear();
  EXPECT_DOUBLE_EQ(*host->process_cpu_s(7), 0.3);
  EXPECT_FALSE(host->process_cpu_s(8));
  EXPECT_FALSE(host->process_rss_peak_mib(8));
}

}  // namespace
}  // namespace bftp::measure
