#include "harness/judge/exhaustion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "record_builder.hpp"

namespace bftp::judge::testing::exhaustion_test {
namespace {

using ::testing::HasSubstr;
using Random = RecordBuilder::Random;

/// Transfers that the server may leave something of before it is full: somewhere in the fourth round.
constexpr std::uint64_t most = 900;

/// A zombie of each transfer up to a limit, beyond which most are refused.
RecordBuilder full_after_most() {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.zombies = [](std::uint64_t transfers) {
    return static_cast<double>(std::min(transfers, most));
  };
  builder.error = [](const Ask& ask, Random& random) {
    return ask.ordinal >= most && uniform(random) < 0.7 ? record::TransferError::refused
                                                        : record::TransferError::none;
  };
  return builder;
}

TEST(Exhaustion, AZombieOfEachTransferFailsThoughTheCountStandsStill) {
  const auto verdicts = judge_all(full_after_most().build());
  const Verdict& verdict = find(verdicts, "handles.zombies");
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
  EXPECT_THAT(verdict.summary, HasSubstr("until it could have no more"));
  EXPECT_FALSE(verdict.cause.empty());
  EXPECT_EQ(find(verdicts, "handles.descriptors").status, Status::pass);
}

/// As many as were open at once, while a server that is full of them turns others away.
TEST(Exhaustion, APoolThatIsFullIsNoLeak) {
  RecordBuilder builder = full_after_most();
  builder.zombies = [](std::uint64_t) {
    return 0.0;
  };
  builder.threads = [](std::uint64_t transfers) {
    return 1.0 + static_cast<double>(std::min<std::uint64_t>(transfers, 64));
  };
  EXPECT_NE(find(judge_all(builder.build()), "handles.threads").status, Status::fail);
}

/// What is given back at rest was never kept.
TEST(Exhaustion, WhatIsGivenBackIsNoLeak) {
  RecordBuilder builder = full_after_most();
  builder.confirmation = false;
  auto record = builder.build();
  for (auto& point : record.quiet_points)
    if (point.kind == record::QuietKind::settled) point.sample.zombies = 0;
  EXPECT_NE(find(judge_all(record), "handles.zombies").status, Status::fail);
}

/// A plateau is one as long as everybody is served.
TEST(Exhaustion, WithoutFailuresItIsAPlateau) {
  RecordBuilder builder = full_after_most();
  builder.error = [](const Ask&, Random&) {
    return record::TransferError::none;
  };
  const record::RunRecord record = builder.build();
  EXPECT_FALSE(ran_out({record, false}, [](const record::ResourceSample& sample) -> std::optional<double> {
    return sample.zombies;
  }));
}

/// A server that fails a tenth from the first transfer on fails for another reason.
TEST(Exhaustion, FailuresFromTheStartAreNoEndOfAnything) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, Random& random) {
    return uniform(random) < (ask.ordinal < most ? 0.02 : 0.5) ? record::TransferError::refused
                                                               : record::TransferError::none;
  };
  builder.zombies = [](std::uint64_t transfers) {
    return static_cast<double>(std::min(transfers, most));
  };
  const record::RunRecord record = builder.build();
  EXPECT_FALSE(ran_out({record, false}, [](const record::ResourceSample& sample) -> std::optional<double> {
    return sample.zombies;
  }));
}

}  // namespace
}  // namespace bftp::judge::testing::exhaustion_test
