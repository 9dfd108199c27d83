#include "harness/drive/machine_meter.hpp"

#include <gtest/gtest.h>

#include <map>

namespace bftp::drive {
namespace {

class FakeHost final : public measure::HostProbe {
 public:
  std::optional<measure::MachineCpu> machine_cpu() override { return machine; }
  std::optional<double> process_cpu_s(int pid) override { return processes[pid]; }
  std::optional<double> process_rss_peak_mib(int) override { return std::nullopt; }

  std::optional<measure::MachineCpu> machine = measure::MachineCpu{};
  std::map<int, double> processes;

  /// What the cores do next, in seconds.
  void pass(double total_s, double idle_s, double steal_s, double worker_s) {
    machine->total_s += total_s;
    machine->idle_s += idle_s;
    machine->steal_s += steal_s;
    processes[7] += worker_s;
  }
};

TEST(MachineMeter, TellsHowBusyTheCoresWere) {
  FakeHost host;
  MachineMeter meter(&host, {1, 7});
  record::BlockRecord block;
  meter.start_block();
  meter.start_batch();
  host.pass(4, 1, 0.5, 0.25);
  meter.end_batch(0.25, block);
  EXPECT_DOUBLE_EQ(block.machine_busy_share.value(), 0.75);
  EXPECT_DOUBLE_EQ(block.machine_steal_share.value(), 0.125);
}

TEST(MachineMeter, LeavesOurHashingOut) {
  FakeHost host;
  MachineMeter meter(&host, {1, 7});
  record::BlockRecord block;
  meter.start_block();
  meter.start_batch();
  host.pass(4, 1, 0, 2.25);  // of which a quarter of a second within timed windows
  meter.end_batch(0.25, block);
  EXPECT_DOUBLE_EQ(block.machine_busy_share.value(), 0.5) << "one of two seconds";
}

TEST(MachineMeter, SumsTheBatchesOfABlockAndBeginsAnewWithTheNext) {
  FakeHost host;
  MachineMeter meter(&host, {});
  record::BlockRecord block;
  meter.start_block();
  for (const double idle_s : {0.0, 1.0}) {
    meter.start_batch();
    host.pass(1, idle_s, 0, 0);
    meter.end_batch(0, block);
    host.pass(5, 5, 0, 0);  // between the batches nobody counts
  }
  EXPECT_DOUBLE_EQ(block.machine_busy_share.value(), 0.5);
  meter.start_block();
  meter.start_batch();
  host.pass(1, 1, 0, 0);
  meter.end_batch(0, block);
  EXPECT_DOUBLE_EQ(block.machine_busy_share.value(), 0);
}

TEST(MachineMeter, WhatCannotBeReadStaysUnknown) {
  record::BlockRecord block;
  MachineMeter blind(nullptr, {1});
  blind.start_batch();
  blind.end_batch(0, block);
  FakeHost host;
  host.machine.reset();
  MachineMeter unknown(&host, {1});
  unknown.start_batch();
  unknown.end_batch(0, block);
  EXPECT_FALSE(block.machine_busy_share);
  EXPECT_FALSE(block.machine_steal_share);
}

}  // namespace
}  // namespace bftp::drive
