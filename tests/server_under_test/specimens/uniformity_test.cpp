#include <optional>
#include <thread>

#include "specimen_fixture.hpp"

/// Delays are proved by lower bounds, which hold on every machine.
namespace bftp::server::specimens {
namespace {

using std::chrono::milliseconds;

class UniformitySpecimen : public SpecimenTest {
 protected:
  std::chrono::nanoseconds time_of_get(const std::string& name = "small") {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(get(name).empty());
    return std::chrono::steady_clock::now() - begin;
  }
};

TEST_F(UniformitySpecimen, RandomDelaysDelay) {
  for (const std::string fault :
       {"retransmit:p=1,ms=30", "two_modes:p=1,ms=30", "step_change:after=0,ms=30"}) {
    start(fault);
    EXPECT_GE(time_of_get(), milliseconds(30)) << fault;
  }
}

TEST_F(UniformitySpecimen, CorksMultiplesHoldsBackWhatFillsItsBlocks) {
  root_.write("two_blocks", std::string(2048, 'x'));
  root_.write("more", std::string(2049, 'x'));
  start("corks_multiples:kib=1,ms=30");
  EXPECT_GE(time_of_get("two_blocks"), milliseconds(30));
  EXPECT_TRUE(comes([&] { return time_of_get("more") < milliseconds(30); }));
}

TEST_F(UniformitySpecimen, LongTailReachesFarBeyondItsMean) {
  start("long_tail:p=1,ms=10");
  EXPECT_TRUE(comes([&] { return time_of_get() >= milliseconds(20); }));
}

TEST_F(UniformitySpecimen, DriftGrows) {
  start("drift:us=10000");
  for (int i = 0; i < 4; ++i) EXPECT_GE(time_of_get(), milliseconds(10 * i));
}

TEST_F(UniformitySpecimen, PeriodicPauseHoldsUpWhatBeginsInIt) {
  start("periodic_pause:every=50,ms=40");
  EXPECT_TRUE(comes([&] { return time_of_get() >= milliseconds(20); }));
}

TEST_F(UniformitySpecimen, CrowdedCostsMoreWithOthers) {
  root_.write("large", std::string(64u << 20, 'x'));
  start("crowded:ms=30");
  auto other = client();
  other.send_request("GET large");
  EXPECT_EQ(other.reply(), "OK 67108864") << "it is under way, and stays so: nobody reads on";
  EXPECT_GE(time_of_get(), milliseconds(30));
}

TEST_F(UniformitySpecimen, UnfairSlowsOneConnectionInFew) {
  start("unfair:every=2,ms=40");
  auto slow = client();
  EXPECT_EQ(slow.ask("PWD"), "OK /");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(slow.fetch("GET small"), "hello");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(40));
}

TEST_F(UniformitySpecimen, SlowFirstIsSlowOnce) {
  start("slow_first:ms=50");
  EXPECT_GE(time_of_get(), milliseconds(50));
  EXPECT_TRUE(comes([&] { return time_of_get() < milliseconds(50); }));
}

TEST_F(UniformitySpecimen, SlowAfterIdleIsSlowAfterEachRest) {
  start("slow_after_idle:ms=50,idle=0.2");
  EXPECT_TRUE(comes([&] { return time_of_get() < milliseconds(50); }));
  std::this_thread::sleep_for(milliseconds(250));
  EXPECT_GE(time_of_get(), milliseconds(50));
}

TEST_F(UniformitySpecimen, SlowAfterAbortIsSlowForGood) {
  root_.write("large", std::string(64u << 20, 'x'));
  start("slow_after_abort:ms=50");
  EXPECT_TRUE(comes([&] { return time_of_get() < milliseconds(50); }));
  {
    auto leaves = client();
    leaves.send_request("GET large");
    EXPECT_EQ(leaves.reply(), "OK 67108864");
  }
  EXPECT_TRUE(comes([&] { return time_of_get() >= milliseconds(50); })) << "once it has noticed";
  EXPECT_GE(time_of_get(), milliseconds(50));
}

TEST_F(UniformitySpecimen, TrickleKeepsItsRate) {
  start("trickle:kib_per_s=2000");
  EXPECT_GE(time_of_get("file"), milliseconds(40)) << "98 KiB at 2000 KiB/s";
}

TEST_F(UniformitySpecimen, SuperlinearCostsMoreFurtherOn) {
  root_.write("large", std::string(4u << 20, 'x'));
  start("superlinear:us=10000");
  EXPECT_GE(time_of_get("large"), milliseconds(70))
      << "half of 4 x 4 MiB x 10 ms, less the last pieces' share";
}

}  // namespace
}  // namespace bftp::server::specimens
