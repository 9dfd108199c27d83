#include "harness/judge/queueing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace bftp::judge {
namespace {

/// Bursts of four clients, a second apart.
class Bursts {
 public:
  explicit Bursts(int count) : count_(count) {}

  /// When the first byte and the last one come, in ms from the burst's start, by client.
  using Times = std::vector<std::pair<double, double>>;
  Group of(const std::function<Times(int burst)>& times) const {
    Group group;
    for (int burst = 0; burst < count_; ++burst) {
      std::uint16_t client = 0;
      for (const auto& [first_byte_ms, transfer_ms] : times(burst)) {
        Sample sample;
        sample.start_s = burst;
        sample.first_byte_ms = first_byte_ms;
        sample.transfer_ms = transfer_ms;
        sample.client = client++;
        group.samples.push_back(sample);
      }
    }
    return group;
  }

 private:
  int count_;
};

std::vector<double> own_times(Group group) {
  std::vector<Group> groups{std::move(group)};
  set_own_times(groups, 4, 1);
  return own_times_ms(groups.front());
}

double slowest(const std::vector<double>& times) {
  return *std::max_element(times.begin(), times.end());
}

/// An event loop whose sends go through at once as a rule: one transfer is done, then the next. In each third
/// burst the first one's socket is full for a moment, and it goes on after the three others.
Bursts::Times event_loop(int burst) {
  if (burst % 3 == 0) return {{1, 100}, {27, 51}, {52, 76}, {2, 26}};
  return {{1, 25}, {26, 50}, {51, 75}, {76, 100}};
}

TEST(Queueing, ATransferThatALoopLeavesInTheMiddleStandsInAQueue) {
  const auto own = own_times(Bursts(12).of(event_loop));
  EXPECT_LT(slowest(own), 27);
}

TEST(Queueing, ALoopThatSleepsServesNobodyMeanwhile) {
  const auto own = own_times(Bursts(12).of([](int burst) {
    auto times = event_loop(1);
    if (burst % 3 == 0) times = {{1, 25}, {26, 110}, {111, 135}, {136, 160}};
    return times;
  }));
  EXPECT_GT(slowest(own), 80);
}

TEST(Queueing, OfAServerThatServesManyAtOnceASleepStaysIn) {
  const auto own = own_times(Bursts(12).of([](int burst) {
    Bursts::Times times{{1, 50}, {1, 51}, {2, 50}, {2, 52}};
    if (burst % 3 == 0) times[0].second = 120;
    return times;
  }));
  EXPECT_EQ(slowest(own), 120);
}

TEST(Queueing, ALongLineOfOthersIsNoQueueOfFourClients) {
  // While one transfer stands still, the three others come and go again and again.
  Group group;
  for (int i = 0; i < 40; ++i) {
    Sample sample;
    sample.start_s = i * 0.025;
    sample.first_byte_ms = i > 2 ? 51 : 1 + 25 * i;
    sample.transfer_ms = sample.first_byte_ms + 24;
    if (i > 2) sample.start_s -= 0.05;
    sample.client = static_cast<std::uint16_t>(1 + i % 3);
    group.samples.push_back(sample);
  }
  Sample still;
  still.start_s = 0.2;
  still.first_byte_ms = 1;
  still.transfer_ms = 500;
  group.samples.push_back(still);
  EXPECT_EQ(own_times(group).back(), 500);
}

}  // namespace
}  // namespace bftp::judge
