#include "harness/judge/machine_excuse.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "record_builder.hpp"

namespace bftp::judge::testing {
namespace {

std::vector<Outlier> waits(std::size_t count, double ms) {
  return std::vector<Outlier>(count, Outlier{nullptr, ms, 0});
}

TEST(MachineExcuse, GrowsWithWhatATransferTakesAsARule) {
  const record::RunRecord record = RecordBuilder{}.build();  // 4 clients, 2 cores: 20 ms of the scheduler's
  EXPECT_DOUBLE_EQ(machine_excuses_up_to_ms(record, 0), 60);
  EXPECT_DOUBLE_EQ(machine_excuses_up_to_ms(record, 10), 160);
}

TEST(MachineExcuse, TheControlHasToHaveWaitedFarLess) {
  const record::RunRecord record = RecordBuilder{}.build();
  EXPECT_TRUE(is_no_machines_doing(record, 92, 0.6, control_waited_ms(waits(20, 8))));
  EXPECT_FALSE(is_no_machines_doing(record, 92, 0.6, control_waited_ms(waits(20, 24)))) << "a quarter of it";
  EXPECT_FALSE(is_no_machines_doing(record, 92, 4, control_waited_ms(waits(20, 8)))) << "ten neighbours";
}

TEST(MachineExcuse, WithoutAControlNobodyKnows) {
  const record::RunRecord record = RecordBuilder{}.build();
  EXPECT_FALSE(control_waited_ms(waits(19, 8)));
  EXPECT_FALSE(control_waited_ms({}));
  EXPECT_FALSE(is_no_machines_doing(record, 1e6, 1, std::nullopt));
}

}  // namespace
}  // namespace bftp::judge::testing
