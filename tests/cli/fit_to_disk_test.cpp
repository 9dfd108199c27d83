#include "harness/cli/fit_to_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::cli {
namespace {

using ::testing::HasSubstr;

record::RunRecord storing() {
  record::RunRecord record;
  record.plan.ops = {record::Op::get, record::Op::put};
  record.plan.server.kind = plan::ServerKind::reference;
  record.plan.clients.count = 4;
  record.plan.clients.arena_bytes = 32u << 20;
  record.fixtures = {{.name = "small", .size = 10}, {.name = "large", .size = 8u << 20}};
  return record;
}

TEST(FitToDisk, MuchRoomChangesNothing) {
  record::RunRecord record = storing();
  ASSERT_TRUE(fit_to_disk(record, "/tmp/x", 100ull << 30));
  EXPECT_EQ(record.plan.clients.arena_bytes, 32u << 20);
}

TEST(FitToDisk, LittleRoomIsVerifiedSooner) {
  record::RunRecord record = storing();
  ASSERT_TRUE(fit_to_disk(record, "/tmp/x", 64u << 20));
  EXPECT_EQ(record.plan.clients.arena_bytes, 8u << 20) << "half of it, for four clients";
}

TEST(FitToDisk, TooLittleIsRefusedWithWhatItTakes) {
  record::RunRecord record = storing();
  const auto refused = fit_to_disk(record, "/tmp/x", 20u << 20);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, protocol::ErrorKind::no_space);
  EXPECT_THAT(refused.error().message, HasSubstr("the disk of /tmp/x has 20.0 MiB free"));
  EXPECT_THAT(refused.error().message, HasSubstr("need 32.0 MiB"));
}

TEST(FitToDisk, WhoStoresNothingWithUsNeedsNone) {
  record::RunRecord record = storing();
  record.plan.ops = {record::Op::get};
  EXPECT_TRUE(fit_to_disk(record, "/tmp/x", 0));
  record = storing();
  record.plan.server.kind = plan::ServerKind::attached;
  EXPECT_TRUE(fit_to_disk(record, "/tmp/x", 0));
}

TEST(FitToDisk, ABaseThatServesFromOurRootCounts) {
  record::RunRecord record = storing();
  record.plan.server.kind = plan::ServerKind::attached;
  record.comparison = record::Comparison{};
  record.comparison->base.kind = plan::ServerKind::reference;
  EXPECT_FALSE(fit_to_disk(record, "/tmp/x", 20u << 20));
}

}  // namespace
}  // namespace bftp::cli
