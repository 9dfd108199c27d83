#include "harness/judge/comparison/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "harness/judge/check.hpp"
#include "harness/judge/comparison/gates.hpp"

namespace bftp::judge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Random = std::mt19937_64;

double normal(Random& random, double sigma) {
  return std::normal_distribution<double>(0, sigma)(random);
}

/// A made-up comparison by GET of one file: what each server's processes do alike over a round, what the
/// machine does to both, and what it does to single blocks.
struct Builder {
  std::uint32_t rounds = 30;
  std::uint32_t pairs = 4;
  double head_time = 1;  ///< of the head, against the base
  double head_cpu = 1;
  double instance_sigma = 0.015;  ///< of one process against the next of the same program
  double machine_sigma = 0.15;    ///< of both, from pair to pair
  double block_sigma = 0.03;
  double head_growth_bytes = 0;  ///< per transfer
  std::vector<std::string> gates;
  std::uint64_t seed = 1;

  record::RunRecord build() const {
    Random random(seed);
    record::RunRecord record;
    record.state = record::RunState::complete;
    record.fixtures = {{.name = "book.txt", .size = 1'000'000}};
    record.comparison = record::Comparison{};
    record.comparison->client_counts = {1};
    record.comparison->gates = gates;
    for (std::uint32_t round = 1; round <= rounds; ++round) add_round(round, random, record);
    return record;
  }

 private:
  record::BlockFigures block(double time, double cpu, Random& random) const {
    record::BlockFigures figures;
    figures.transfers = 100;
    figures.bytes = 100'000'000;
    figures.p50_ms = time * std::exp(normal(random, block_sigma));
    figures.p90_ms = 1.2 * *figures.p50_ms;
    figures.p99_ms = 2 * *figures.p50_ms;
    figures.first_byte_ms = 0.2 * *figures.p50_ms;
    figures.busy_s = 0.1 * *figures.p50_ms * std::exp(normal(random, block_sigma));
    figures.server_cpu_s = 0.05 * cpu * std::exp(normal(random, block_sigma));
    return figures;
  }

  void add_round(std::uint32_t round, Random& random, record::RunRecord& record) const {
    const double base = std::exp(normal(random, instance_sigma)),
                 head = std::exp(normal(random, instance_sigma));
    for (std::uint32_t number = 0; number < pairs; ++number) {
      const double machine = std::exp(normal(random, machine_sigma));
      record::PairRecord pair;
      pair.round = round;
      pair.base_first = number % 2 == 0;
      pair.base = block(machine * base, machine * base, random);
      pair.head = block(machine * head * head_time, machine * head * head_cpu, random);
      record.comparison->pairs.push_back(pair);
    }
    for (const record::Arm arm : {record::Arm::base, record::Arm::head}) {
      record::ArmRound memory;
      memory.round = round;
      memory.arm = arm;
      memory.transfers_between = 200;
      memory.peak_mib = 6 + std::abs(normal(random, 0.01));
      memory.middle_mib = 5;
      memory.end_mib = 5 + std::abs(normal(random, 0.002)) +
                       (arm == record::Arm::head ? head_growth_bytes * 200 / 1048576 : 0);
      record.comparison->arm_rounds.push_back(memory);
    }
  }
};

const ComparisonRow& row(const std::vector<ComparisonRow>& rows, std::string_view metric) {
  for (const ComparisonRow& one : rows)
    if (one.metric->name == metric) return one;
  ADD_FAILURE() << metric << " is missing";
  return rows.front();
}

bool says_different(const std::vector<ComparisonRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const ComparisonRow& one) {
    return one.answer == Answer::better || one.answer == Answer::worse;
  });
}

const Verdict& verdict(const std::vector<Verdict>& verdicts, const std::string& id) {
  for (const Verdict& one : verdicts)
    if (one.id == id) return one;
  ADD_FAILURE() << id << " is missing";
  return verdicts.front();
}

TEST(Comparison, HasARowForEachFigure) {
  std::vector<std::string> names;
  for (const ComparisonRow& one : compare(Builder().build())) names.emplace_back(one.metric->name);
  EXPECT_THAT(names, ElementsAre("throughput", "service_time", "service_time_p90", "service_time_p99",
                                 "first_byte", "cpu", "memory_peak", "memory_growth"));
}

TEST(Comparison, CallsTwoOfAKindDifferentInOneOfAHundredAtMost) {
  int different = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Builder builder{.rounds = 14 + static_cast<std::uint32_t>(seed % 40), .seed = seed};
    builder.instance_sigma = 0.03;
    different += says_different(compare(builder.build())) ? 1 : 0;
  }
  EXPECT_LE(different, 4);
}

TEST(Comparison, FindsFivePercentMoreTimeAndMoreCpu) {
  int throughput = 0, service_time = 0, cpu = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto rows = compare(Builder{.head_time = 1.05, .head_cpu = 1.05, .seed = seed}.build());
    throughput += row(rows, "throughput").answer == Answer::worse ? 1 : 0;
    service_time += row(rows, "service_time").answer == Answer::worse ? 1 : 0;
    cpu += row(rows, "cpu").answer == Answer::worse ? 1 : 0;
    EXPECT_NEAR(row(rows, "service_time").value, 1.05, 0.025) << seed;
  }
  EXPECT_GE(throughput, 95);
  EXPECT_GE(service_time, 95);
  EXPECT_GE(cpu, 95);
}

TEST(Comparison, FindsTwoPercentInManyRounds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(row(compare(Builder{.rounds = 200, .head_cpu = 0.98, .seed = seed}.build()), "cpu").answer,
              Answer::better)
        << seed;
}

TEST(Comparison, SaysSameWhenTheIntervalIsNarrow) {
  const auto rows = compare(Builder{.rounds = 300, .seed = 3}.build());
  for (const char* metric :
       {"throughput", "service_time", "first_byte", "cpu", "memory_peak", "memory_growth"})
    EXPECT_EQ(row(rows, metric).answer, Answer::same) << metric;
  EXPECT_TRUE(conclusive(rows));
}

TEST(Comparison, CannotTellFromFewRoundsAndSaysHowManyWould) {
  const auto rows = compare(Builder{.rounds = 5, .head_time = 1.3}.build());
  const ComparisonRow& time = row(rows, "service_time");
  EXPECT_EQ(time.answer, Answer::unclear);
  EXPECT_EQ(time.confidence, 0);
  EXPECT_EQ(time.rounds_wanted, rounds_needed(6, comparison_error_max));
  EXPECT_FALSE(conclusive(rows));
}

TEST(Comparison, RoundsWantedShrinkWithTheNoise) {
  Builder noisy{.rounds = 20, .head_time = 1.012};
  noisy.instance_sigma = 0.02;
  noisy.block_sigma = 0.06;
  const auto wanted = row(compare(noisy.build()), "service_time").rounds_wanted;
  ASSERT_TRUE(wanted);
  EXPECT_GT(*wanted, 20u);
}

TEST(Comparison, RestsNoVerdictOnTails) {
  const auto rows = compare(Builder{.head_time = 2}.build());
  EXPECT_EQ(row(rows, "service_time_p99").answer, Answer::shown);
  EXPECT_EQ(row(rows, "service_time_p90").answer, Answer::shown);
  EXPECT_NEAR(row(rows, "service_time_p99").value, 2, 0.1);
}

TEST(Comparison, ComparesGrowthAsADifference) {
  const auto rows = compare(Builder{.head_growth_bytes = 1024}.build());
  const ComparisonRow& growth = row(rows, "memory_growth");
  EXPECT_EQ(growth.answer, Answer::worse);
  EXPECT_NEAR(growth.value, 1024, 30);
  EXPECT_EQ(answer_text(growth, record::Comparison{}), "heavier");
}

TEST(Comparison, GivesEachRowHolmsShare) {
  const auto rows = compare(Builder{.head_time = 1.5}.build());
  // Three of six figures differ: shares of 1/6, 1/5, 1/4, and 1/3 for all that do not.
  std::vector<double> shares;
  for (const char* metric : {"throughput", "service_time", "first_byte"})
    shares.push_back(comparison_error_max / (1 - row(rows, metric).confidence));
  std::sort(shares.begin(), shares.end());
  EXPECT_NEAR(shares[0], 4, 1e-6);
  EXPECT_NEAR(shares[2], 6, 1e-6);
  EXPECT_NEAR(row(rows, "cpu").confidence, 1 - comparison_error_max / 3, 1e-12);
}

TEST(Comparison, SpendsLessOnEachLook) {
  record::RunRecord record = Builder().build();
  record.comparison->until_conclusive = true;
  record.comparison->looks = 1;
  EXPECT_NEAR(row(compare(record), "cpu").confidence, 1 - comparison_error_max / 2 / 6, 1e-12);
  record.comparison->looks = 3;
  EXPECT_NEAR(row(compare(record), "cpu").confidence, 1 - comparison_error_max / 12 / 6, 1e-12);
}

TEST(Comparison, LeavesOutRoundsWithOnePairAndUnknownFigures) {
  record::RunRecord record = Builder{.rounds = 3, .pairs = 2}.build();
  record.comparison->pairs.erase(record.comparison->pairs.begin());
  for (auto& pair : record.comparison->pairs) pair.head.server_cpu_s.reset();
  const auto rows = compare(record);
  EXPECT_EQ(row(rows, "service_time").rounds, 2u);
  for (const ComparisonRow& one : rows) EXPECT_NE(one.metric->name, "cpu");
}

/// A head that refuses half of its work spends less on each transfer; every `every`th pair has failures.
record::RunRecord refusing(std::size_t every, std::vector<std::string> gates = {}) {
  record::RunRecord record = Builder{.rounds = 20, .gates = std::move(gates)}.build();
  std::size_t number = 0;
  for (auto& pair : record.comparison->pairs) {
    if (number++ % every != 0) continue;
    pair.head.failed = 50;
    *pair.head.server_cpu_s /= 2;
    pair.head.bytes /= 2;
  }
  return record;
}

TEST(Comparison, RestsNoFigureOnBlocksInWhichTransfersFailed) {
  const record::RunRecord record = refusing(1);
  const auto rows = compare(record);
  for (const char* metric :
       {"throughput", "service_time", "first_byte", "cpu", "memory_peak", "memory_growth"}) {
    const ComparisonRow& one = row(rows, metric);
    EXPECT_EQ(one.answer, Answer::unclear) << metric;
    EXPECT_EQ(one.rounds, 0u) << metric;
    EXPECT_EQ(one.left_out, one.op ? 80u : 20u) << metric;
    EXPECT_EQ(one.rounds_wanted, std::nullopt) << "more rounds would not help";
  }
  EXPECT_EQ(rows.size(), 6u) << "what carries no verdict has no row";
}

TEST(Comparison, JudgesByTheCouplesInWhichEveryTransferCame) {
  const auto rows = compare(refusing(4));  // of a round's two couples one is whole
  const ComparisonRow& cpu = row(rows, "cpu");
  EXPECT_EQ(cpu.rounds, 20u);
  EXPECT_EQ(cpu.pairs, 40u);
  EXPECT_EQ(cpu.left_out, 20u);
  EXPECT_NEAR(cpu.value, 1, 0.03);
}

TEST(Comparison, DoesNotBlameFailuresForWhatWasNeverMeasured) {
  record::RunRecord record = refusing(1);
  for (auto& pair : record.comparison->pairs) {
    pair.base.server_cpu_s.reset();
    pair.head.server_cpu_s.reset();
  }
  for (const ComparisonRow& one : compare(record)) EXPECT_NE(one.metric->name, "cpu");
}

/// As the kernel counts the CPU of a process that has ended: in ticks of 10 ms, and short blocks often have
/// none.
TEST(Comparison, ReadsACoarseCpuClockOverTheWholeRound) {
  record::RunRecord record = Builder{.rounds = 40, .pairs = 16, .head_cpu = 1.2}.build();
  double base_s = 0, head_s = 0;
  const auto tick = [](double& clock_s, record::BlockFigures& block) {
    const double before = std::floor(clock_s * 100);
    clock_s += *block.server_cpu_s / 10;
    block.server_cpu_s = (std::floor(clock_s * 100) - before) / 100;
  };
  for (auto& pair : record.comparison->pairs) {
    tick(base_s, pair.base);
    tick(head_s, pair.head);
  }
  const auto rows = compare(record);
  EXPECT_EQ(row(rows, "cpu").answer, Answer::worse);
  EXPECT_NEAR(row(rows, "cpu").value, 1.2, 0.05);
  EXPECT_EQ(row(rows, "cpu").rounds, 40u);
}

TEST(Comparison, SurvivesPathologicalFigures) {
  record::RunRecord record = Builder{.rounds = 4}.build();
  for (auto& pair : record.comparison->pairs) {
    pair.base.p50_ms = 0;
    pair.base.busy_s = 0;
    pair.head.first_byte_ms = std::nan("");
  }
  for (const ComparisonRow& one : compare(record)) EXPECT_TRUE(std::isfinite(one.value)) << one.metric->name;
  const record::RunRecord plain;
  EXPECT_THAT(compare(plain), IsEmpty());
  record.comparison->pairs.clear();
  record.comparison->arm_rounds.clear();
  EXPECT_THAT(compare(record), IsEmpty());
  EXPECT_FALSE(conclusive({}));
}

TEST(Comparison, TwoIdenticalSeriesAreTheSame) {
  record::RunRecord record = Builder{.rounds = 20}.build();
  for (auto& pair : record.comparison->pairs) pair.head = pair.base;
  const auto rows = compare(record);
  EXPECT_EQ(row(rows, "service_time").answer, Answer::same);
  EXPECT_EQ(row(rows, "service_time").low, 1);
}

/// R 4.2.2: x <- log(c(1.041, 1.063, 1.022, 1.055, 1.047, 1.081, 1.036, 1.058, 1.029, 1.071, 1.044, 1.066))
/// w <- wilcox.test(x, conf.int = TRUE, conf.level = 1 - 0.01 / 2, exact = TRUE); exp(c(w$estimate,
/// w$conf.int))
TEST(Comparison, AgreesWithR) {
  const std::vector<double> ratios{1.041, 1.063, 1.022, 1.055, 1.047, 1.081,
                                   1.036, 1.058, 1.029, 1.071, 1.044, 1.066};
  record::RunRecord record;
  record.fixtures = {{.name = "book.txt", .size = 1'000'000}};
  record.comparison = record::Comparison{};
  for (std::uint32_t round = 0; round < ratios.size(); ++round) {
    for (std::uint32_t pair = 0; pair < 2; ++pair) {
      record::PairRecord made;
      made.round = round;
      made.base.p50_ms = 2;
      made.head.p50_ms = 2 * ratios[round];
      record.comparison->pairs.push_back(made);
    }
    record::ArmRound memory{.round = round, .arm = record::Arm::base, .peak_mib = 4};
    record.comparison->arm_rounds.push_back(memory);
    memory.arm = record::Arm::head;
    memory.peak_mib = 4.0 * (round % 2 == 0 ? 1.2 : 0.8);
    record.comparison->arm_rounds.push_back(memory);
  }
  const auto rows = compare(record);
  ASSERT_EQ(rows.size(), 2u);
  const ComparisonRow& time = row(rows, "service_time");
  EXPECT_NEAR(time.confidence, 0.995, 1e-12);
  EXPECT_NEAR(time.value, 1.050984538, 5e-7);
  EXPECT_NEAR(time.low, 1.032494068, 5e-7);
  EXPECT_NEAR(time.high, 1.069438170, 5e-7);
  EXPECT_EQ(time.answer, Answer::worse);
}

TEST(Comparison, NeedsSoManyRoundsToSayAnything) {
  // 2 / 2^8 = 0.0078 <= 0.01; 2 / 2^11 = 0.00098 <= 0.01 / 6 = 0.0017
  EXPECT_EQ(rounds_needed(1, 0.01), 8u);
  EXPECT_EQ(rounds_needed(6, 0.01), 11u);
}

TEST(Gates, FailOnlyWhenTheWholeIntervalIsBeyond) {
  const auto gated = [](double head_cpu, std::uint32_t rounds, const std::string& gate) {
    return verdict(judge_comparison(Builder{.rounds = rounds, .head_cpu = head_cpu, .gates = {gate}}.build()),
                   "gate.cpu")
        .status;
  };
  EXPECT_EQ(gated(1.2, 30, "cpu>1.1"), Status::fail);
  EXPECT_EQ(gated(1.0, 30, "cpu>1.1"), Status::pass);
  EXPECT_EQ(gated(1.1, 30, "cpu>1.1"), Status::inconclusive);
  EXPECT_EQ(gated(1.2, 4, "cpu>1.1"), Status::inconclusive) << "too few rounds for any interval";
  EXPECT_THAT(verdict(judge_comparison(Builder{.gates = {"cpu>1.00125"}}.build()), "gate.cpu").expected,
              HasSubstr("not above 1.00125."));
  EXPECT_EQ(gated(0.8, 30, "cpu<0.9"), Status::fail);
  EXPECT_EQ(gated(1.0, 30, "cpu<0.9"), Status::pass);
}

TEST(Gates, OnOneMetricHaveIdsOfTheirOwn) {
  const auto verdicts = judge_comparison(Builder{.gates = {"cpu<0.5", "cpu>1.5"}}.build());
  EXPECT_EQ(verdict(verdicts, "gate.cpu").status, Status::pass);
  EXPECT_EQ(verdict(verdicts, "gate.cpu_2").status, Status::pass);
}

TEST(Gates, CannotTellWhatWasNotMeasured) {
  record::RunRecord record = Builder{.gates = {"cpu>1.1"}}.build();
  for (auto& pair : record.comparison->pairs) pair.base.server_cpu_s.reset();
  EXPECT_EQ(verdict(judge_comparison(record), "gate.cpu").status, Status::inconclusive);
}

TEST(Gates, CannotTellWhereTransfersFailed) {
  const auto verdicts = judge_comparison(refusing(1, {"cpu>1.05", "memory_growth>256"}));
  EXPECT_EQ(verdict(verdicts, "gate.cpu").status, Status::inconclusive);
  EXPECT_THAT(verdict(verdicts, "gate.cpu").summary, HasSubstr("transfers failed in 80 pairs of blocks"));
  EXPECT_THAT(verdict(verdicts, "gate.cpu").settle, HasSubstr("identity.errors"));
  EXPECT_EQ(verdict(verdicts, "gate.cpu").measured, "");
  EXPECT_THAT(verdict(verdicts, "gate.memory_growth").summary, HasSubstr("transfers failed in 20 rounds"));
}

TEST(Gates, SayHowSureTheirIntervalsAre) {
  const auto alone = judge_comparison(Builder{.gates = {"cpu>1.05"}}.build());
  EXPECT_EQ(verdict(alone, "gate.cpu").confidence, "an interval of 99.00 %");
  const auto two = judge_comparison(
      Builder{.rounds = 30, .head_cpu = 1.1, .gates = {"cpu>1.1", "throughput<0.5"}}.build());
  EXPECT_EQ(verdict(two, "gate.cpu").confidence,
            "an interval of 99.50 % for each of 2 figures under gates, so that all hold together with 99 %");
  EXPECT_THAT(verdict(two, "gate.cpu").summary, HasSubstr("At 99.50 % it cannot be told"));
}

TEST(Gates, ShowTheirRoundsAndWhatFailed) {
  const auto verdicts = judge_comparison(Builder{.head_time = 1.4, .gates = {"p50>1.1"}}.build());
  const Verdict& gate = verdict(verdicts, "gate.service_time");
  EXPECT_EQ(gate.status, Status::fail);
  EXPECT_EQ(gate.limit, "fails if p50>1.1");
  EXPECT_THAT(gate.summary, HasSubstr("GET of book.txt, 1 client"));
  ASSERT_EQ(gate.series.size(), 1u);
  EXPECT_EQ(gate.series.front().x.size(), 30u);
}

record::TransferRecord transfer(record::Arm arm, bool identical) {
  record::TransferRecord made;
  made.arm = arm;
  made.bytes = 1'000'000;
  made.transfer_ms = 1;
  made.identical = identical;
  return made;
}

TEST(JudgeComparison, FailsACorruptHeadWhateverItsSpeed) {
  record::RunRecord record = Builder{.head_time = 0.5}.build();
  record.transfers.add(transfer(record::Arm::base, true));
  record.transfers.add(transfer(record::Arm::head, false));
  const auto verdicts = judge_all(record);
  EXPECT_EQ(verdict(verdicts, "head.identity.copies").status, Status::fail);
  EXPECT_EQ(verdict(verdicts, "base.identity.copies").status, Status::pass);
  EXPECT_EQ(exit_code(record, verdicts), 1);
}

TEST(JudgeComparison, PassesTwoServersThatDifferWhenNothingGates) {
  record::RunRecord record = Builder{.head_time = 2}.build();
  record.transfers.add(transfer(record::Arm::base, true));
  record.transfers.add(transfer(record::Arm::head, true));
  EXPECT_EQ(exit_code(record, judge_all(record)), 0);
}

TEST(JudgeComparison, BlamesOnlyTheServerThatDied) {
  record::RunRecord record = Builder().build();
  record.state = record::RunState::server_died;
  record.server_ends.push_back({.arm = record::Arm::head, .by_itself = true, .signal = 11});
  record.transfers.add(transfer(record::Arm::base, true));
  record.transfers.add(transfer(record::Arm::head, true));
  const auto verdicts = judge_all(record);
  EXPECT_EQ(verdict(verdicts, "head.lifecycle.stays_up").status, Status::fail);
  EXPECT_EQ(verdict(verdicts, "base.lifecycle.stays_up").status, Status::pass);
}

TEST(JudgeComparison, IsInconclusiveWhenItWasCutShort) {
  record::RunRecord record = Builder().build();
  record.state = record::RunState::interrupted;
  record.transfers.add(transfer(record::Arm::base, true));
  record.transfers.add(transfer(record::Arm::head, true));
  EXPECT_EQ(exit_code(record, judge_all(record)), 2);
}

TEST(Gates, AreDecidedOnceEachThatWasMeasuredHasItsAnswer) {
  const auto decided = [](double head_cpu, std::vector<std::string> gates) {
    return gates_decided(Builder{.rounds = 30, .head_cpu = head_cpu, .gates = std::move(gates)}.build());
  };
  EXPECT_TRUE(decided(1.1, {}));
  EXPECT_TRUE(decided(1.2, {"cpu>1.1"}));
  EXPECT_FALSE(decided(1.1, {"cpu>1.1"}));
  EXPECT_FALSE(decided(1.1, {"throughput<0.5", "cpu>1.1"}));
}

TEST(JudgeComparison, AServerThatNeverServedPassesNothing) {
  record::RunRecord record = Builder{}.build();
  record::TransferRecord served;
  served.arm = record::Arm::base;
  record.transfers.add(served);
  const auto verdicts = judge_comparison(record);
  EXPECT_EQ(verdict(verdicts, "head.lifecycle.stays_up").status, Status::skip);
  EXPECT_EQ(verdict(verdicts, "base.lifecycle.stays_up").status, Status::pass);
}

TEST(JudgeComparison, CannotTellOfAServerThatHadNotAnsweredAtTheEnd) {
  record::RunRecord record = Builder{.rounds = 0}.build();
  record.state = record::RunState::time_up;
  record.transfers.add(transfer(record::Arm::base, true));
  record.comparison->unanswered = {.arm = record::Arm::head, .waited_s = 14};
  const auto verdicts = judge_all(record);
  for (const char* id : {"head.identity.errors", "head.identity.copies"}) {
    EXPECT_EQ(verdict(verdicts, id).status, Status::inconclusive) << id;
    EXPECT_THAT(verdict(verdicts, id).summary, HasSubstr("The head was asked for GET of"));
    EXPECT_THAT(verdict(verdicts, id).summary, HasSubstr("14.0 s later"));
    EXPECT_THAT(verdict(verdicts, id).settle, HasSubstr("--max-time"));
  }
  EXPECT_EQ(verdict(verdicts, "head.lifecycle.stays_up").status, Status::skip);
  EXPECT_EQ(verdict(verdicts, "base.identity.errors").status, Status::pass);
}

TEST(JudgeComparison, OneThatServedBeforeHasNotPassedWhenItHangsAtTheEnd) {
  record::RunRecord record = Builder().build();
  record.state = record::RunState::interrupted;
  record.transfers.add(transfer(record::Arm::base, true));
  record.transfers.add(transfer(record::Arm::head, true));
  record.comparison->unanswered = {.arm = record::Arm::head, .waited_s = 3};
  const auto verdicts = judge_all(record);
  EXPECT_EQ(verdict(verdicts, "head.identity.errors").status, Status::inconclusive);
  EXPECT_THAT(verdict(verdicts, "head.identity.errors").happened, HasSubstr("came to their end"));
  EXPECT_EQ(verdict(verdicts, "head.identity.copies").status, Status::pass)
      << "those that came are what they are";
}

TEST(JudgeComparison, ACrashIsToldWithWhatThatProcessHadServed) {
  record::RunRecord record = Builder{}.build();
  record.state = record::RunState::server_died;
  record.server_ends.push_back({.arm = record::Arm::base, .by_itself = true, .signal = 6, .served = 100});
  const Verdict end = verdict(judge_comparison(record), "base.lifecycle.stays_up");
  EXPECT_THAT(end.summary, HasSubstr("after 100 transfers"));
}

}  // namespace
}  // namespace bftp::judge
