#include "specimen_fixture.hpp"

namespace bftp::server::specimens {
namespace {

using std::chrono::milliseconds;

class CpuSpecimen : public SpecimenTest {
 protected:
  bool uses_cpu(milliseconds wanted) {
    const auto before = cpu();
    return comes([&] { return cpu() - before >= wanted; });
  }
};

TEST_F(CpuSpecimen, SpinStalledSpinsWhileNobodyReads) {
  root_.write("large", std::string(64u << 20, 'x'));
  start("spin_stalled");
  auto stalled = client();
  EXPECT_EQ(stalled.ask("GET large"), "OK 67108864");
  EXPECT_TRUE(uses_cpu(milliseconds(300)));
}

TEST_F(CpuSpecimen, SpinOpenSpinsWhileSomebodyIsConnected) {
  start("spin_open");
  auto open = client();
  EXPECT_EQ(open.ask("PWD"), "OK /");
  EXPECT_TRUE(uses_cpu(milliseconds(300)));
}

TEST_F(CpuSpecimen, SpinAfterAbortSpinsForGood) {
  root_.write("large", std::string(64u << 20, 'x'));
  start("spin_after_abort");
  {
    auto leaving = client();
    EXPECT_EQ(leaving.ask("GET large"), "OK 67108864");
    leaving.reset();
  }
  EXPECT_TRUE(uses_cpu(milliseconds(300)));
}

TEST_F(CpuSpecimen, BurnCostsEachTransfer) {
  start("burn:us=30000");
  const auto before = cpu();
  get_times(5);
  EXPECT_GE(cpu() - before, milliseconds(145));
}

TEST_F(CpuSpecimen, GrowingCostGrows) {
  start("growing_cost:us=1000");
  const auto before = cpu();
  get_times(20);
  EXPECT_GE(cpu() - before, milliseconds(185)) << "0 + 1 + ... + 19 ms";
}

TEST_F(CpuSpecimen, SmallReadsStillServesTheFile) {
  start("small_reads:bytes=1");
  EXPECT_EQ(get(), content_);
  std::ifstream io(proc("io"));
  std::string word;
  long calls = 0;
  while (io >> word && word != "syscr:") {
  }
  io >> calls;
  EXPECT_GE(calls, 100'000);
}

}  // namespace
}  // namespace bftp::server::specimens
