#include "harness/measure/sampler.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "protocol/deadline.hpp"

namespace bftp::measure {
namespace {

using namespace std::chrono_literals;

class CountingProbe final : public Probe {
 public:
  record::ResourceSample read(Detail detail) override {
    ++(detail == Detail::full ? full : quick);
    record::ResourceSample sample;
    sample.processes = 1;
    return sample;
  }
  std::optional<double> cpu_total_s() override { return 0; }
  std::string cpu_source() const override { return "nowhere"; }
  std::atomic<int> quick{0}, full{0};
};

/// Takes until there are so many, or for 20 s.
std::vector<record::ResourceSample> take_some(Sampler& sampler, std::size_t wanted) {
  std::vector<record::ResourceSample> all;
  for (const auto limit = protocol::Deadline::after(20s); all.size() < wanted && !limit.expired();)
    for (const auto& sample : sampler.take()) all.push_back(sample);
  return all;
}

TEST(SamplerTest, HandsOutEachSampleOnceInOrder) {
  CountingProbe probe;
  SamplerSettings settings;
  settings.pacing = {1000, 0.01, 1, 1};
  Sampler sampler({{&probe, record::Arm::control}}, settings);
  const auto samples = take_some(sampler, 20);
  ASSERT_GE(samples.size(), 20u);
  sampler.stop();
  const auto rest = sampler.take();
  EXPECT_EQ(samples.size() + rest.size(), static_cast<std::size_t>(probe.quick + probe.full));
  EXPECT_GE(probe.full, 1);
  for (std::size_t i = 1; i < samples.size(); ++i) EXPECT_GT(samples[i].time_s, samples[i - 1].time_s);
  EXPECT_EQ(samples.front().arm, record::Arm::control);
  EXPECT_GT(sampler.cpu_s(), 0.0);
}

/// A tree of several processes whose memory comes to a height now and then.
TEST(HeightWatchTest, WantsAFullSampleAtEachNewHeightOfSeveralProcesses) {
  HeightWatch watch;
  const auto sees = [&](std::uint32_t processes, double anon_mib, std::optional<double> pss_mib = {}) {
    record::ResourceSample sample;
    sample.processes = processes;
    sample.anon_mib = anon_mib;
    sample.pss_mib = pss_mib;
    return watch.wants_full(sample);
  };
  EXPECT_FALSE(sees(1, 10)) << "what it begins with is no height";
  EXPECT_FALSE(sees(5, 41));
  EXPECT_TRUE(sees(5, 43));
  EXPECT_FALSE(sees(5, 43)) << "once for each height";
  EXPECT_FALSE(sees(5, 10));
  EXPECT_FALSE(sees(5, 74));
  EXPECT_TRUE(sees(5, 200));
  EXPECT_FALSE(sees(5, 300, 250)) << "it is a full one already";
  EXPECT_FALSE(sees(1, 400)) << "one process shares nothing, its pages tell enough";
  EXPECT_FALSE(watch.wants_full({}));
}

TEST(SamplerTest, CompletesASampleAtANewHeight) {
  class Growing final : public Probe {
   public:
    record::ResourceSample read(Detail detail) override {
      record::ResourceSample sample;
      sample.processes = 4;
      sample.anon_mib = seen++ < 10 ? 1.0 : 500.0;
      if (detail == Detail::full) sample.pss_mib = 400;
      return sample;
    }
    std::optional<double> cpu_total_s() override { return 0; }
    std::string cpu_source() const override { return "nowhere"; }
    int seen = 0;
  } probe;
  SamplerSettings settings;
  settings.pacing = {1000, 1e9, 1, 1};  // no full one by the clock but the first
  Sampler sampler({{&probe, record::Arm::server}}, settings);
  std::size_t full = 0;
  for (const auto& sample : take_some(sampler, 20))
    full += sample.pss_mib && *sample.anon_mib > 400 ? 1u : 0u;
  EXPECT_EQ(full, 1u);
}

TEST(SamplerTest, SamplesEveryArm) {
  CountingProbe one, other;
  SamplerSettings settings;
  settings.pacing.rate_hz = 1000;
  Sampler sampler({{&one, record::Arm::server}, {&other, record::Arm::control}}, settings);
  EXPECT_GE(take_some(sampler, 4).size(), 4u);
  sampler.stop();
  EXPECT_EQ(one.quick + one.full, other.quick + other.full);
}

TEST(SamplerTest, ThinsWhatNobodyTakes) {
  CountingProbe probe;
  SamplerSettings settings;
  settings.pacing = {100'000, 1, 1, 1};
  settings.samples_max = 16;
  Sampler sampler({{&probe, record::Arm::server}}, settings);
  for (const auto limit = protocol::Deadline::after(20s); probe.quick < 200 && !limit.expired();) {
  }
  sampler.stop();
  const auto samples = sampler.take();
  EXPECT_LE(samples.size(), 16u);
  EXPECT_GE(samples.size(), 8u);
}

TEST(SamplerTest, StopsAtOnceAndTwice) {
  CountingProbe probe;
  SamplerSettings settings;
  settings.pacing.rate_hz = 0.001;
  Sampler sampler({{&probe, record::Arm::server}}, settings);
  sampler.stop();
  sampler.stop();
  EXPECT_LE(probe.quick + probe.full, 1);
}

}  // namespace
}  // namespace bftp::measure
