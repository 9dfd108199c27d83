#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "protocol/copy_words.hpp"
#include "record_builder.hpp"

/// One fault each: it fails in its own check, for its own reason, and nothing else fails beside it.
namespace bftp::judge::testing::faults_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Random = RecordBuilder::Random;

std::string failures(const std::vector<Verdict>& verdicts) {
  return listed(verdicts, Status::fail);
}

/// Fails in the first pass, asks for confirmation, and fails again with it.
void expect_confirmed_failure(RecordBuilder builder, const std::string& id) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    builder.seed = seed;
    builder.confirmation = false;
    const auto first = builder.build();
    const auto verdicts = judge_all(first);
    ASSERT_EQ(find(verdicts, id).status, Status::fail)
        << find(verdicts, id).summary << find(verdicts, id).measured << find(verdicts, id).confidence;
    EXPECT_THAT(wanting_confirmation(first, verdicts), ::testing::Contains(id));
    EXPECT_EQ(exit_code(first, verdicts), 1);
    builder.confirmation = true;
    const auto both = builder.build();
    const auto confirmed = judge_all(both);
    const Verdict& verdict = find(confirmed, id);
    EXPECT_EQ(verdict.status, Status::fail) << verdict.summary << verdict.confidence;
    EXPECT_THAT(verdict.confidence, HasSubstr("seen again"));
    EXPECT_TRUE(wanting_confirmation(both, confirmed).empty());
    EXPECT_FALSE(verdict.happened.empty());
    EXPECT_FALSE(verdict.cause.empty());
    EXPECT_FALSE(verdict.expected.empty());
    EXPECT_THAT(verdict.reproduce, HasSubstr("--seed"));
    EXPECT_FALSE(verdict.series.empty());
  }
}

TEST(JudgeFaults, StallOfEachTenthTransferBy40Ms) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 40.0 : 0.0;
  };
  expect_confirmed_failure(builder, "uniformity.stalls");
  EXPECT_THAT(find(judge_all(builder.build()), "uniformity.stalls").cause,
              AllOf(HasSubstr("what the server does on each 10th GET"), HasSubstr("delayed ACK")));
}

TEST(JudgeFaults, StallOf40MsIsSeenWhereManyClientsMakeTheMedianLong) {
  RecordBuilder builder;
  builder.clients = 8;
  builder.files = {{"oliver_twist.txt", 936281}};
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 40.0 : 0.0;
  };
  expect_confirmed_failure(builder, "uniformity.stalls");
}

TEST(JudgeFaults, StallOf40MsOfAnIterativeServer) {
  RecordBuilder builder;
  builder.serves_one_at_a_time = true;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 40.0 : 0.0;
  };
  expect_confirmed_failure(builder, "uniformity.stalls");
}

TEST(JudgeFaults, StallIsNamedBesideABusyNeighbour) {
  RecordBuilder builder;
  builder.strangers_share = 0.4;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 40.0 : 0.0;
  };
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.stalls").status, Status::fail);
}

TEST(JudgeFaults, StallInSmoke) {
  RecordBuilder builder;
  builder.rounds = 4;
  builder.iterations = 5;
  builder.large_iterations = 1;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 10 == 9 ? 40.0 : 0.0;
  };
  expect_confirmed_failure(builder, "uniformity.stalls");
}

TEST(JudgeFaults, RetransmissionsMakeALongTail) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.ordinal % 40 == 39 ? 205.0 : 0.0;
  };
  expect_confirmed_failure(builder, "uniformity.tail");
  EXPECT_THAT(find(judge_all(builder.build()), "uniformity.stalls").cause, HasSubstr("200 ms"));
}

TEST(JudgeFaults, WhatIsMissingOfAStoredFileIsNoSharedBuffer) {
  RecordBuilder builder;
  builder.corrupt = [](const Ask& ask, Random& random) {
    return ask.op == record::Op::put && uniform(random) < 0.2;
  };
  auto record = builder.build();
  record::TransferLog log;
  EXPECT_THAT(find(judge_all(record), "identity.copies").cause, Not(HasSubstr("the rest is missing")));
  for (record::TransferRecord row : record.transfers.failures()) {
    row.detail = std::string(protocol::copy_ends_early) + "4096 of 5000 bytes";
    log.add(row);
  }
  record.transfers = log;
  EXPECT_THAT(find(judge_all(record), "identity.copies").cause, HasSubstr("the rest is missing"));
}

TEST(JudgeFaults, PutsThatKeepAnOlderFileAreToldByWhatLiesThere) {
  RecordBuilder builder;
  builder.corrupt = [](const Ask& ask, Random& random) {
    return ask.op == record::Op::put && uniform(random) < 0.2;
  };
  auto record = builder.build();
  record::TransferLog log;
  for (record::TransferRecord row : record.transfers.failures()) {
    row.detail = "the copy differs; " + std::string(protocol::older_file_was_there) + ": it has 71 bytes";
    log.add(row);
  }
  record.transfers = log;
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "identity.copies");
  EXPECT_THAT(verdict.cause, HasSubstr("is not replaced"));
  EXPECT_THAT(verdict.happened, HasSubstr("it has 71 bytes"));
  EXPECT_THAT(verdict.happened, Not(HasSubstr("bytes came")))
      << "what was sent says nothing of what is stored";
}

TEST(JudgeFaults, ACopyOfAnotherFileIsNamed) {
  auto record = RecordBuilder{}.build();
  record::TransferRecord row;
  row.identical = false;
  row.first_difference = 0;
  row.bytes = record.fixtures.at(1).size;
  row.sha256 = record.fixtures.at(1).sha256;
  row.fixture = 0;
  record.transfers.add(row);
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "identity.copies");
  EXPECT_THAT(verdict.happened, HasSubstr("They are " + record.fixtures.at(1).name + ", byte for byte."));
  EXPECT_THAT(verdict.cause, HasSubstr("another file"));
}

TEST(JudgeFaults, CorruptionOfOnePercent) {
  RecordBuilder builder;
  builder.corrupt = [](const Ask&, Random& random) {
    return uniform(random) < 0.01;
  };
  const auto record = builder.build();
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "identity.copies");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_EQ(verdict.severity, Severity::critical);
  EXPECT_THAT(verdict.happened, HasSubstr("offset"));
  EXPECT_THAT(verdict.reproduce, HasSubstr("--fixtures"));
  EXPECT_EQ(failures(verdicts).find('\n'), failures(verdicts).size() - 1) << failures(verdicts);
}

TEST(JudgeFaults, LastBlockDropped) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, Random&) {
    return ask.size > 4096 ? record::TransferError::closed_early : record::TransferError::none;
  };
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "identity.errors").status, Status::fail);
  EXPECT_THAT(find(verdicts, "identity.errors").cause, HasSubstr("last block"));
  EXPECT_EQ(failures(verdicts).find('\n'), failures(verdicts).size() - 1) << failures(verdicts);
}

TEST(JudgeFaults, OneThatTakesNoFilesIsToldHowToBeTestedWithoutPut) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, Random&) {
    return ask.op == record::Op::put ? record::TransferError::refused : record::TransferError::none;
  };
  const auto errors = find(judge_all(builder.build()), "identity.errors");
  EXPECT_EQ(errors.status, Status::fail) << "PUT is a core verb";
  EXPECT_THAT(errors.cause, HasSubstr("--ops get"));
  builder.error = [](const Ask& ask, Random&) {
    const bool one_get = ask.size == 1 && ask.op == record::Op::get;
    return ask.op == record::Op::put || one_get ? record::TransferError::refused
                                                : record::TransferError::none;
  };
  EXPECT_THAT(find(judge_all(builder.build()), "identity.errors").cause, Not(HasSubstr("--ops get")));
}

TEST(JudgeFaults, RefusalsOfEmptyFilesAloneNameTheClauseOfEmptyFiles) {
  RecordBuilder builder;
  builder.files.emplace_back("empty.bin", 0);
  builder.error = [](const Ask& ask, Random&) {
    return ask.size == 0 ? record::TransferError::refused : record::TransferError::none;
  };
  const auto errors = find(judge_all(builder.build()), "identity.errors");
  EXPECT_THAT(errors.clauses, ::testing::Contains("4.11"));
  EXPECT_THAT(errors.cause, HasSubstr("Only empty files"));
  builder.error = [](const Ask& ask, Random&) {
    return ask.size <= 1 ? record::TransferError::refused : record::TransferError::none;
  };
  EXPECT_THAT(find(judge_all(builder.build()), "identity.errors").cause, Not(HasSubstr("empty files")));
}

TEST(JudgeFaults, ErrorsOfTheHarnessAreNotTheServers) {
  RecordBuilder builder;
  builder.error = [](const Ask& ask, Random&) {
    return ask.ordinal == 77 ? record::TransferError::local : record::TransferError::none;
  };
  const auto record = builder.build();
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "identity.errors").status, Status::inconclusive);
  EXPECT_EQ(exit_code(record, verdicts), 2);
}

TEST(JudgeFaults, LeakOf64KiBForEachTransfer) {
  RecordBuilder builder;
  builder.pss_mib = [](std::uint64_t n, Random& random) {
    return 6 + static_cast<double>(n) / 16 + 0.2 * uniform(random);
  };
  expect_confirmed_failure(builder, "memory.leak");
}

TEST(JudgeFaults, LeakOf64KiBInAVeryShortRun) {
  RecordBuilder builder;
  builder.clients = 1;
  builder.rounds = 5;
  builder.iterations = 1;
  builder.large_iterations = 1;
  builder.pss_mib = [](std::uint64_t n, Random& random) {
    return 6 + static_cast<double>(n) / 16 + 0.05 * uniform(random);
  };
  expect_confirmed_failure(builder, "memory.leak");
}

/// As many quiet points as the smoke profile has.
TEST(JudgeFaults, LeakOf64KiBInFourRounds) {
  RecordBuilder builder;
  builder.rounds = 4;
  builder.iterations = 5;
  builder.large_iterations = 1;
  builder.pss_mib = [](std::uint64_t n, Random& random) {
    return 6 + static_cast<double>(n) / 16 + 0.05 * uniform(random);
  };
  expect_confirmed_failure(builder, "memory.leak");
}

/// Without the first round two points are left, and a runtime that warms up joins them by the same line.
TEST(JudgeFaults, ThreeRoundsTellNoLeakFromAWarmUp) {
  RecordBuilder builder;
  builder.rounds = 3;
  builder.iterations = 3;
  builder.large_iterations = 1;
  builder.pss_mib = [](std::uint64_t n, Random& random) {
    return 6 + static_cast<double>(n) / 16 + 0.05 * uniform(random);
  };
  EXPECT_EQ(find(judge_all(builder.build()), "memory.leak").status, Status::inconclusive);
}

TEST(JudgeFaults, LeakOf1KiBForEachTransfer) {
  RecordBuilder builder;
  builder.pss_mib = [](std::uint64_t n, Random& random) {
    return 6 + static_cast<double>(n) / 1024 + 0.05 * uniform(random);
  };
  expect_confirmed_failure(builder, "memory.leak");
}

/// Another program begins half way, which maps the same libraries.
TEST(JudgeFaults, ALeakShowsBesideProgramsThatBegin) {
  RecordBuilder builder;
  builder.clients = 1;
  builder.files = {{"oliver_twist.txt", 936'281}};
  builder.ops = {record::Op::get};
  builder.rounds = 10;
  builder.iterations = 20;
  builder.pss_mib = [](std::uint64_t n, Random&) {
    return 6 + static_cast<double>(n) / 1024;
  };
  builder.pss_file_mib = [](std::uint64_t n) {
    return n % 200 < 110 ? 2.0 : 1.9;
  };
  expect_confirmed_failure(builder, "memory.leak");
  builder.pss_mib = [](std::uint64_t, Random&) {
    return 6.0;
  };
  EXPECT_EQ(find(judge_all(builder.build()), "memory.leak").status, Status::pass);
}

/// What is counted has no warm-up: here the first round is a point like the others.
TEST(JudgeFaults, LeakOfADescriptorInThreeRounds) {
  RecordBuilder builder;
  builder.rounds = 3;
  builder.iterations = 3;
  builder.large_iterations = 1;
  builder.fds = [](std::uint64_t n) {
    return 8 + static_cast<double>(n);
  };
  expect_confirmed_failure(builder, "handles.descriptors");
}

TEST(JudgeFaults, LeakOfADescriptorInAShortRun) {
  RecordBuilder builder;
  builder.clients = 1;
  builder.rounds = 5;
  builder.iterations = 1;
  builder.large_iterations = 1;
  builder.fds = [](std::uint64_t n) {
    return 8 + static_cast<double>(n);
  };
  expect_confirmed_failure(builder, "handles.descriptors");
}

TEST(JudgeFaults, EachKindOfHandle) {
  const auto one_each = [](std::uint64_t n) {
    return 1 + static_cast<double>(n);
  };
  RecordBuilder threads;
  threads.threads = one_each;
  expect_confirmed_failure(threads, "handles.threads");
  RecordBuilder processes;
  processes.processes = one_each;
  expect_confirmed_failure(processes, "handles.processes");
  RecordBuilder zombies;
  zombies.zombies = one_each;
  expect_confirmed_failure(zombies, "handles.zombies");
  RecordBuilder close_wait;
  close_wait.close_wait = one_each;
  expect_confirmed_failure(close_wait, "handles.close_wait");
}

/// Threads and descriptors come with a runtime's first clients; a process that nobody waits for does not.
TEST(JudgeFaults, ProcessesThatStayFromTheFirstRoundOnAreAWarning) {
  RecordBuilder builder;
  builder.processes = builder.threads = builder.fds = [](std::uint64_t n) {
    return n > 0 ? 51.0 : 1.0;
  };
  const auto record = builder.build();
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.processes").status, Status::warn);
  EXPECT_THAT(find(verdicts, "handles.processes").summary,
              HasSubstr("50 more processes than before the first client"));
  EXPECT_EQ(find(verdicts, "handles.threads").status, Status::pass);
  EXPECT_EQ(find(verdicts, "handles.descriptors").status, Status::pass);
  EXPECT_EQ(exit_code(record, verdicts), 0);
}

/// It spins from the start: that is cpu.idle's to tell, and once. What begins to spin with half a request is
/// not.
TEST(JudgeFaults, ALoopThatSpinsAnywayIsToldOnce) {
  RecordBuilder builder;
  builder.idle_share = 0.98;
  auto record = builder.build();
  record::Watch watch = record.watches.back();
  watch.kind = record::WatchKind::half_open;
  watch.start_s = watch.end_s;
  watch.end_s += 2;
  record.watches.push_back(watch);
  auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "cpu.idle").status, Status::fail);
  EXPECT_EQ(find(verdicts, "cpu.half_open").status, Status::pass);
  EXPECT_THAT(find(verdicts, "cpu.half_open").summary, HasSubstr("cpu.idle"));
  for (auto& other : record.watches)
    if (other.kind == record::WatchKind::idle) other.server_cpu_s = 0;
  verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "cpu.half_open").status, Status::fail);
}

TEST(JudgeFaults, AFewHandlesThatStayAreAWarning) {
  RecordBuilder builder;
  builder.zombies = [](std::uint64_t n) {
    return n > 700 ? 2.0 : 0.0;
  };
  const auto record = builder.build();
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.zombies").status, Status::warn);
  EXPECT_EQ(exit_code(record, verdicts), 0);
}

TEST(JudgeFaults, SpinsWhileIdle) {
  RecordBuilder builder;
  builder.idle_share = 0.98;
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "cpu.idle").status, Status::fail);
  EXPECT_EQ(failures(verdicts).find('\n'), failures(verdicts).size() - 1) << failures(verdicts);
  builder.idle_share = 0.02;
  EXPECT_EQ(find(judge_all(builder.build()), "cpu.idle").status, Status::warn);
}

TEST(JudgeFaults, SpinsWhileClientsDoNotRead) {
  RecordBuilder builder;
  builder.stalled_share = 0.9;
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "cpu.stalled").status, Status::fail);
  EXPECT_EQ(failures(verdicts).find('\n'), failures(verdicts).size() - 1) << failures(verdicts);
}

TEST(JudgeFaults, CostThatGrowsWithEachTransfer) {
  RecordBuilder builder;
  builder.iterations = 40;
  builder.cpu_s = [](const Ask& ask) {
    return 0.001 + static_cast<double>(ask.ordinal) * 1e-6 + static_cast<double>(ask.size) * 2e-10;
  };
  expect_confirmed_failure(builder, "cpu.growth");
}

TEST(JudgeFaults, ServiceThatBecomesSlowerWithEachTransfer) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return static_cast<double>(ask.ordinal) * 0.01;
  };
  expect_confirmed_failure(builder, "uniformity.drift");
}

TEST(JudgeFaults, ByteByByteIsCostlyAndSlow) {
  RecordBuilder builder;
  builder.files = {{"db.csv", 2u << 20}};
  builder.extra_before_first_byte = false;
  builder.cpu_s = [](const Ask& ask) {
    return static_cast<double>(ask.size) / 5e6;
  };
  builder.extra_ms = [](const Ask& ask, Random&) {
    return static_cast<double>(ask.size) / 5e2;
  };
  builder.iterations = 3;
  expect_confirmed_failure(builder, "cpu.cost");
  expect_confirmed_failure(builder, "uniformity.speed");
}

TEST(JudgeFaults, WhoAsksForMoreSpeedThanIsEnoughForAllGetsIt) {
  RecordBuilder builder;
  builder.files = {{"db.csv", 2u << 20}};
  record::RunRecord record = builder.build();
  EXPECT_EQ(find(judge_all(record), "uniformity.speed").status, Status::pass);
  record.plan.limits["uniformity.speed"]["mib_s_min"] = 1e6;
  EXPECT_NE(find(judge_all(record), "uniformity.speed").status, Status::pass);
}

TEST(JudgeFaults, ErraticTimes) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask&, Random& random) {
    return 300 * uniform(random);
  };
  expect_confirmed_failure(builder, "uniformity.spread");
}

TEST(JudgeFaults, TwoKindsOfService) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask&, Random& random) {
    return uniform(random) < 0.4 ? 80.0 : 10.0;
  };
  expect_confirmed_failure(builder, "uniformity.modes");
}

/// A cache that is missed now and then, beside a neighbour that the reference server hardly feels.
TEST(JudgeFaults, ABusyNeighbourIsNoExcuseForWhatItCannotDo) {
  RecordBuilder builder;
  builder.strangers_share = 0.5;
  builder.control = true;
  builder.extra_ms = [](const Ask&, Random& random) {
    return uniform(random) < 0.4 ? 150 + 20 * uniform(random) : 0.0;
  };
  expect_confirmed_failure(builder, "uniformity.modes");
  expect_confirmed_failure(builder, "uniformity.stalls");
  builder.control = false;
  EXPECT_EQ(find(judge_all(builder.build()), "uniformity.modes").status, Status::inconclusive)
      << "nobody shows what the neighbour did";
}

TEST(JudgeFaults, WhatABusyNeighbourMayDoIsExcused) {
  RecordBuilder builder;
  builder.strangers_share = 0.5;
  builder.control = true;
  builder.extra_ms = [](const Ask&, Random& random) {
    return uniform(random) < 0.4 ? 40.0 : 10.0;
  };
  EXPECT_NE(find(judge_all(builder.build()), "uniformity.modes").status, Status::fail);
}

TEST(JudgeFaults, OneClientIsServedLast) {
  RecordBuilder builder;
  builder.extra_ms = [](const Ask& ask, Random&) {
    return ask.client == 3 ? 120.0 : 10.0;
  };
  expect_confirmed_failure(builder, "uniformity.fairness");
}

TEST(JudgeFaults, WholeFilesInMemoryForEachClient) {
  RecordBuilder builder;
  builder.busy_pss_mib = 8 + 4 * 64;
  const auto verdicts = judge_all(builder.build());
  EXPECT_EQ(find(verdicts, "memory.peak").status, Status::fail);
  builder.busy_pss_mib = 8 + 66;  // one copy: a cache
  EXPECT_EQ(find(judge_all(builder.build()), "memory.peak").status, Status::pass);
}

TEST(JudgeFaults, AMappedFileIsNotCountedForEachClient) {
  auto record = RecordBuilder{}.build();
  for (auto& sample : record.samples) sample.rss_mib = 8 + 4 * 64;
  EXPECT_EQ(find(judge_all(record), "memory.peak").status, Status::pass);
  for (auto& sample : record.samples) sample.pss_mib.reset();
  EXPECT_EQ(find(judge_all(record), "memory.peak").status, Status::inconclusive);
}

TEST(JudgeFaults, MemoryThatIsNotGivenBack) {
  RecordBuilder builder;
  builder.pss_mib = [](std::uint64_t n, Random&) {
    return n == 0 ? 6.0 : 900.0;
  };
  expect_confirmed_failure(builder, "memory.returns");
}

}  // namespace
}  // namespace bftp::judge::testing::faults_test
