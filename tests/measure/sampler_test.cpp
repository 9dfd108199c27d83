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
