#include "harness/drive/await_end.hpp"

#include <gtest/gtest.h>

#include "tests/drive/fakes.hpp"

namespace bftp::drive {
namespace {

using namespace std::chrono_literals;
using fakes::FakeServer;
using fakes::FakeTime;

std::vector<record::TransferRecord> rows(record::TransferError error) {
  std::vector<record::TransferRecord> rows(3);
  rows.back().error = error;
  return rows;
}

/// A server whose end is heard of at the n-th look.
class DyingServer final : public FakeServer {
 public:
  explicit DyingServer(int looks) : looks_(looks) {}
  std::optional<launch::ExitStatus> exited() override {
    if (looks_-- > 0) return std::nullopt;
    return launch::ExitStatus{std::nullopt, 6};
  }

 private:
  int looks_;
};

TEST(AwaitEnd, WaitsUntilTheCrashBehindARefusedConnectionIsKnown) {
  DyingServer server(10);
  FakeTime time;
  std::chrono::nanoseconds patience = crash_patience;
  await_end(rows(record::TransferError::connect_failed), server, time, patience);
  EXPECT_TRUE(server.exited());
  EXPECT_EQ(patience, crash_patience - 50ms);
}

TEST(AwaitEnd, DoesNotWaitForOtherFailures) {
  DyingServer server(10);
  FakeTime time;
  std::chrono::nanoseconds patience = crash_patience;
  await_end(rows(record::TransferError::closed_early), server, time, patience);
  await_end({}, server, time, patience);
  EXPECT_EQ(patience, crash_patience);
}

TEST(AwaitEnd, WaitsNoLongerThanItsPatienceInAll) {
  DyingServer server(1000000);
  FakeTime time;
  std::chrono::nanoseconds patience = 20ms;
  for (int block = 0; block < 3; ++block)
    await_end(rows(record::TransferError::connect_failed), server, time, patience);
  EXPECT_EQ(patience, 0ms);
}

}  // namespace
}  // namespace bftp::drive
