#include "server_under_test/slow_lane.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

/// Answers after so many steps.
class Steps final : public Work {
 public:
  explicit Steps(int steps) : left_(steps) {}
  std::optional<Answer> step() override {
    if (--left_ > 0) return std::nullopt;
    return ok("done");
  }

 private:
  int left_;
};

TEST(SlowLane, FinishesWorkStepByStep) {
  SlowLane lane(2);
  std::promise<std::string> answer;
  lane.take(std::make_unique<Steps>(1000), [&](Answer known) { answer.set_value(known.reply.detail); });
  EXPECT_EQ(answer.get_future().get(), "done");
}

TEST(SlowLane, ShortWorkPassesLongWork) {
  SlowLane lane(1);
  std::atomic<bool> long_one_done = false;
  std::promise<bool> short_one;
  lane.take(std::make_unique<Steps>(50'000'000), [&](Answer) { long_one_done = true; });
  lane.take(std::make_unique<Steps>(3), [&](Answer) { short_one.set_value(!long_one_done); });
  EXPECT_TRUE(short_one.get_future().get());
}

TEST(SlowLane, EndsWithWorkUnfinished) {
  SlowLane lane(2);
  for (int i = 0; i < 10; ++i) lane.take(std::make_unique<Steps>(2'000'000'000), [](Answer) { FAIL(); });
}

}  // namespace
}  // namespace bftp::server::testing
