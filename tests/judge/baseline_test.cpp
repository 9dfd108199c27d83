#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "harness/judge/against_baseline.hpp"
#include "harness/judge/metrics.hpp"
#include "record_builder.hpp"

namespace bftp::judge::testing::baseline_test {
namespace {

using record::Arm;
using record::Baseline;
using record::Metric;
using record::RunRecord;
using ::testing::HasSubstr;
using Random = RecordBuilder::Random;

/// The first record's server with the second one's as its control arm, block beside block. Nothing stands in
/// front of a pair that would make one wait for the other.
RunRecord with_control(RunRecord record, const RunRecord& control) {
  constexpr double shift_s = 1e4;
  for (record::BlockRecord block : control.blocks) {
    block.arm = Arm::control;
    block.start_s += shift_s;
    block.end_s += shift_s;
    record.blocks.push_back(block);
  }
  for (const record::TransferPoint& point : control.transfers.points()) {
    record::TransferRecord transfer;
    transfer.arm = Arm::control;
    transfer.start_s = point.start_s + shift_s;
    transfer.transfer_ms = static_cast<double>(point.transfer_ms);
    transfer.first_byte_ms = static_cast<double>(point.first_byte_ms);
    transfer.iteration = point.iteration;
    transfer.bytes = point.bytes;
    transfer.client = point.client;
    transfer.fixture = point.fixture;
    transfer.op = point.op;
    transfer.identical = true;
    record.transfers.add(transfer);
  }
  return record;
}

/// A run whose server needs `times` the time and the CPU of a healthy one, beside a healthy control.
RunRecord run_with(double times, std::uint64_t seed, bool confirmation = false) {
  RecordBuilder builder;
  builder.rounds = 12;
  builder.large_iterations = 2;
  builder.scheduler_noise = 0.2;
  builder.seed = seed;
  builder.confirmation = confirmation;
  builder.files = {{"small.bin", 2599}, {"oliver_twist.txt", 936281}};
  const RunRecord control = builder.build();
  builder.seed = seed + 1000;
  builder.extra_ms = [times](const Ask& ask, Random&) {
    return (times - 1) * (0.24 + static_cast<double>(ask.size) / (1.2 * 1073741824.0) * 2000);
  };
  builder.cpu_s = [times](const Ask& ask) {
    return times * (0.0001 + static_cast<double>(ask.size) * 2e-10);
  };
  return with_control(builder.build(), control);
}

Baseline baseline_from(const RunRecord& record, std::uint32_t runs = 3) {
  Baseline baseline;
  baseline.source = "the run reports/base";
  baseline.runs = runs;
  baseline.version = record.version;
  baseline.metrics = metrics_of({record, false});
  return baseline;
}

const Metric* find_metric(const std::vector<Metric>& metrics, std::string_view name,
                          const std::string& op = "", const std::string& fixture = "") {
  for (const Metric& metric : metrics)
    if (metric.name == name && metric.op == op && metric.fixture == fixture) return &metric;
  return nullptr;
}

TEST(Metrics, SummariseARun) {
  const RunRecord record = run_with(1, 1);
  const auto metrics = metrics_of({record, false});
  const Metric* p50 = find_metric(metrics, metric::service_p50_ms, "get", "oliver_twist.txt");
  ASSERT_NE(p50, nullptr);
  EXPECT_GT(p50->value, 0.5);
  ASSERT_TRUE(p50->low && p50->high);
  EXPECT_LE(*p50->low, p50->value);
  EXPECT_GE(*p50->high, p50->value);
  const Metric* speed = find_metric(metrics, metric::throughput_p50_mib_s, "get", "oliver_twist.txt");
  ASSERT_NE(speed, nullptr);
  EXPECT_TRUE(speed->higher_is_better);
  EXPECT_NEAR(speed->value, 936281.0 / 1048576 / p50->value * 1000, speed->value * 0.02);
  EXPECT_EQ(find_metric(metrics, metric::throughput_p50_mib_s, "get", "small.bin"), nullptr)
      << "the speed of a small file says nothing";
  const Metric* memory = find_metric(metrics, metric::memory_rest_mib);
  ASSERT_NE(memory, nullptr);
  EXPECT_DOUBLE_EQ(memory->value, 6);
  const Metric* cpu = find_metric(metrics, metric::cpu_per_transfer_ms, "get", "small files");
  EXPECT_EQ(cpu, nullptr) << "a block of one file carries its name";
  cpu = find_metric(metrics, metric::cpu_per_transfer_ms, "get", "small.bin");
  ASSERT_NE(cpu, nullptr);
  EXPECT_NEAR(cpu->value, 0.1 + 2599 * 2e-7, 1e-6);
  const Metric* failed = find_metric(metrics, metric::failed_share);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->value, 0);
  EXPECT_GT(*failed->high, 0);
}

TEST(Metrics, ThePeakOfMemoryIsItsHighestReading) {
  const auto peak_of = [](auto pss_mib) {
    RecordBuilder builder;
    builder.pss_mib = pss_mib;
    builder.busy_pss_mib = 6;
    builder.pss_file_mib = [](std::uint64_t) {
      return 0.0;
    };
    const auto metrics = metrics_of({builder.build(), false});
    const Metric* peak = find_metric(metrics, metric::memory_peak_mib);
    return peak == nullptr ? 0 : peak->value;
  };
  EXPECT_DOUBLE_EQ(peak_of([](std::uint64_t, Random&) { return 6.0; }), 6);
  EXPECT_DOUBLE_EQ(peak_of([](std::uint64_t transfers, Random&) { return transfers == 0 ? 9.0 : 6.0; }), 9)
      << "before the first transfer";
}

TEST(Metrics, RatiosToTheControlAreNearOneForEqualServers) {
  const auto metrics = metrics_of({run_with(1, 2), false});
  const Metric* all = find_metric(metrics, metric::service_vs_control);
  ASSERT_NE(all, nullptr);
  EXPECT_NEAR(all->value, 1, 0.1);
  EXPECT_EQ(all->count, 11u) << "a figure for each round but the first";
  const Metric* cpu = find_metric(metrics, metric::cpu_vs_control, "put", "oliver_twist.txt");
  ASSERT_NE(cpu, nullptr);
  EXPECT_NEAR(cpu->value, 1, 1e-9);
}

/// Costs that change from pair to pair, in both arms: only what ran side by side is alike.
TEST(Metrics, ABlockWithoutItsFigureLeavesTheOtherPairsTogether) {
  RunRecord record = run_with(1, 2);
  std::map<record::Arm, std::uint32_t> pairs;
  std::set<std::pair<std::uint32_t, std::uint16_t>> first_of_kind;
  for (auto& block : record.blocks) {
    block.pair = pairs[block.arm]++;
    block.round /= 4;  // so that a round has several blocks of a kind
    ASSERT_TRUE(block.server_cpu_s);
    *block.server_cpu_s *= 1.0 + *block.pair % 7;
    const bool lost = block.arm == record::Arm::server && block.op == record::Op::put;
    if (lost && first_of_kind.emplace(block.round, block.fixtures.front()).second) block.server_cpu_s.reset();
  }
  const auto metrics = metrics_of({record, false});
  for (const char* fixture : {"oliver_twist.txt", "small.bin"}) {
    const Metric* cpu = find_metric(metrics, metric::cpu_vs_control, "put", fixture);
    ASSERT_NE(cpu, nullptr) << fixture;
    EXPECT_NEAR(cpu->value, 1, 1e-9) << fixture;
  }
}

TEST(Metrics, EveryOneHasAQuantity) {
  for (const Metric& metric : metrics_of({run_with(1, 3), false}))
    EXPECT_NE(find_quantity(metric.name), nullptr) << metric.name;
}

TEST(Metrics, OfNothingAreNone) {
  const RunRecord record;
  EXPECT_TRUE(metrics_of({record, false}).empty());
}

std::vector<Verdict> judged_against(RunRecord record, const Baseline& baseline) {
  record.baseline = baseline;
  return judge_all(record);
}

TEST(Baseline, WithoutOneNobodyIsAsked) {
  for (const Verdict& verdict : judge_all(run_with(1, 4)))
    EXPECT_FALSE(verdict.id.starts_with("baseline.")) << verdict.id;
}

TEST(Baseline, AnEqualRunPasses) {
  for (std::uint64_t seed = 5; seed < 10; ++seed) {
    const auto verdicts = judged_against(run_with(1, seed), baseline_from(run_with(1, seed + 50)));
    for (const char* id : {"baseline.cpu", "baseline.memory", "baseline.handles", "baseline.identity"})
      EXPECT_EQ(find(verdicts, id).status, Status::pass) << id << ": " << find(verdicts, id).summary;
    EXPECT_THAT(find(verdicts, "baseline.speed").status, ::testing::AnyOf(Status::pass, Status::inconclusive))
        << find(verdicts, "baseline.speed").summary;
  }
}

TEST(Baseline, ASlowerAndCostlierServerFailsOnceConfirmed) {
  const auto baseline = baseline_from(run_with(1, 20));
  const RunRecord first = run_with(1.6, 21);
  const auto verdicts = judged_against(first, baseline);
  for (const char* id : {"baseline.speed", "baseline.cpu"}) {
    EXPECT_EQ(find(verdicts, id).status, Status::fail) << find(verdicts, id).summary;
    EXPECT_THAT(find(verdicts, id).summary, HasSubstr("Worse than the baseline"));
    EXPECT_FALSE(find(verdicts, id).cause.empty());
    EXPECT_FALSE(find(verdicts, id).series.empty());
    RunRecord record = first;
    record.baseline = baseline;
    EXPECT_THAT(wanting_confirmation(record, verdicts), ::testing::Contains(id));
  }
  const auto confirmed = judged_against(run_with(1.6, 22, true), baseline);
  EXPECT_EQ(find(confirmed, "baseline.cpu").status, Status::fail) << find(confirmed, "baseline.cpu").summary;
}

/// A run too short for an interval, then or now: only what would fail if it were certain is worth a question.
TEST(Baseline, ARatioWithoutAnIntervalIsAskedAboutFromTheFailingLimitOn) {
  auto baseline = baseline_from(run_with(1, 24));
  for (record::Metric& metric : baseline.metrics) metric.low = metric.high = std::nullopt;
  const auto cpu_at = [&](double times) {
    return find(judged_against(run_with(times, 25), baseline), "baseline.cpu");
  };
  EXPECT_EQ(cpu_at(1).status, Status::pass);
  EXPECT_THAT(cpu_at(1).confidence, HasSubstr("a small change would not show"));
  EXPECT_EQ(cpu_at(1.25).status, Status::inconclusive) << cpu_at(1.25).summary;
  EXPECT_THAT(cpu_at(1.25).settle, HasSubstr("--profile standard"));
}

TEST(Baseline, AFasterServerPasses) {
  const auto verdicts = judged_against(run_with(1, 30), baseline_from(run_with(1.6, 31)));
  EXPECT_EQ(find(verdicts, "baseline.speed").status, Status::pass)
      << find(verdicts, "baseline.speed").summary;
  EXPECT_EQ(find(verdicts, "baseline.cpu").status, Status::pass);
}

TEST(Baseline, WithoutAControlTimesOfOtherDaysAreNotCompared) {
  RecordBuilder builder;
  const RunRecord record = builder.build();
  const auto verdicts = judged_against(record, baseline_from(record));
  EXPECT_EQ(find(verdicts, "baseline.speed").status, Status::skip);
  EXPECT_THAT(find(verdicts, "baseline.speed").summary, HasSubstr("without a control arm"));
  EXPECT_EQ(find(verdicts, "baseline.cpu").status, Status::skip);
  EXPECT_EQ(find(verdicts, "baseline.memory").status, Status::pass);
}

TEST(Baseline, RawTimesAreComparedWhereThatIsAskedFor) {
  RecordBuilder builder;
  RunRecord record = builder.build();
  const auto baseline = baseline_from(record);
  record.plan.limits["baseline.speed"]["raw_times_max"] = 2;
  EXPECT_EQ(find(judged_against(record, baseline), "baseline.speed").status, Status::pass);
  builder.extra_ms = [](const Ask&, Random&) {
    return 40.0;
  };
  RunRecord slow = builder.build();
  slow.plan.limits = record.plan.limits;
  EXPECT_EQ(find(judged_against(slow, baseline), "baseline.speed").status, Status::fail);
}

TEST(Baseline, AnotherReferenceServerIsNoCommonMeasure) {
  auto baseline = baseline_from(run_with(1, 40));
  baseline.version = "0.0.1";
  const auto verdicts = judged_against(run_with(1, 41), baseline);
  EXPECT_EQ(find(verdicts, "baseline.cpu").status, Status::skip);
  EXPECT_THAT(find(verdicts, "baseline.cpu").summary, HasSubstr("of version 0.0.1"));
  EXPECT_EQ(find(verdicts, "baseline.memory").status, Status::pass);
}

TEST(Baseline, AnUnlikeMachineIsSkippedWithTheReason) {
  auto baseline = baseline_from(run_with(1, 42));
  baseline.unlike = "the baseline is of an unlike machine: cores is \"2\" here and \"64\" there";
  for (const Verdict& verdict : judged_against(run_with(1, 43), baseline)) {
    if (!verdict.id.starts_with("baseline.")) continue;
    EXPECT_EQ(verdict.status, Status::skip) << verdict.id;
    EXPECT_THAT(verdict.summary, HasSubstr("cores")) << verdict.id;
  }
}

TEST(Baseline, ARunThatTheUserNamedIsNotPassedOverInSilence) {
  auto baseline = baseline_from(run_with(1, 42));
  baseline.named_run = true;
  baseline.unlike = "the baseline did other work: clients is \"2\" here and \"4\" there";
  for (const Verdict& verdict : judged_against(run_with(1, 43), baseline)) {
    if (!verdict.id.starts_with("baseline.")) continue;
    EXPECT_EQ(verdict.status, Status::inconclusive) << verdict.id;
    EXPECT_THAT(verdict.summary, HasSubstr("clients")) << verdict.id;
  }
  baseline.unlike.clear();
  baseline.version = "0.0.1";
  EXPECT_EQ(find(judged_against(run_with(1, 43), baseline), "baseline.cpu").status, Status::inconclusive);
  EXPECT_EQ(find(judged_against(run_with(1, 43), baseline), "baseline.memory").status, Status::pass);
}

TEST(Baseline, MuchMoreMemoryFailsALittleDoesNot) {
  RecordBuilder builder;
  const auto baseline = baseline_from(builder.build());
  const auto status_at = [&](double mib, std::uint32_t runs) {
    builder.pss_mib = [mib](std::uint64_t, Random&) {
      return mib;
    };
    auto copy = baseline;
    copy.runs = runs;
    return find(judged_against(builder.build(), copy), "baseline.memory").status;
  };
  EXPECT_EQ(status_at(7, 3), Status::pass);
  EXPECT_EQ(status_at(11, 3), Status::warn);
  EXPECT_EQ(status_at(20, 3), Status::fail);
  EXPECT_EQ(status_at(15, 1), Status::inconclusive) << "one run does not tell how memory varies";
  EXPECT_EQ(status_at(60, 1), Status::fail);
}

TEST(Baseline, MoreThreadsFail) {
  RecordBuilder builder;
  const auto baseline = baseline_from(builder.build());
  builder.threads = [](std::uint64_t) {
    return 64.0;
  };
  EXPECT_EQ(find(judged_against(builder.build(), baseline), "baseline.handles").status, Status::fail);
  builder.threads = [](std::uint64_t) {
    return 8.0;
  };
  EXPECT_EQ(find(judged_against(builder.build(), baseline), "baseline.handles").status, Status::pass);
}

TEST(Baseline, NewFailuresOfTransfersFail) {
  RecordBuilder builder;
  const auto baseline = baseline_from(builder.build());
  const auto status_with = [&](std::uint64_t each) {
    builder.corrupt = [each](const Ask& ask, Random&) {
      return ask.ordinal % each == 0;
    };
    return find(judged_against(builder.build(), baseline), "baseline.identity").status;
  };
  EXPECT_EQ(status_with(20), Status::fail);
  EXPECT_EQ(status_with(100'000), Status::inconclusive) << "one failed transfer of all: seen, not certain";
}

TEST(Baseline, FailuresThatWereThereBeforeAreNotBlamedAgain) {
  RecordBuilder builder;
  builder.corrupt = [](const Ask& ask, Random&) {
    return ask.ordinal % 20 == 0;
  };
  const auto record = builder.build();
  EXPECT_EQ(find(judged_against(record, baseline_from(record)), "baseline.identity").status, Status::pass);
}

}  // namespace
}  // namespace bftp::judge::testing::baseline_test
