#include "tests/report/sample_comparison.hpp"

#include "harness/judge/check.hpp"

namespace bftp::report::samples {
namespace {

using record::Arm;

constexpr std::uint32_t rounds = 24, pairs = 4;

/// Small deviations that look like noise and are plain fractions.
double wobble(std::uint32_t a, std::uint32_t b) {
  return static_cast<double>((a * 37 + b * 101 + a * b * 13) % 64) / 4096 - 1.0 / 128;
}

record::BlockFigures block(double ms, double cpu_ms, double noise, std::uint64_t bytes) {
  record::BlockFigures figures;
  figures.transfers = 100;
  figures.bytes = 100 * bytes;
  figures.p50_ms = ms * (1 + noise);
  figures.p90_ms = 1.25 * *figures.p50_ms;
  figures.p99_ms = 2.5 * *figures.p50_ms;
  figures.first_byte_ms = 0.25 * *figures.p50_ms;
  figures.busy_s = 0.1 * *figures.p50_ms;
  figures.server_cpu_s = 0.1 * cpu_ms * (1 + noise / 2);
  return figures;
}

void add_pair(std::uint32_t round, std::uint32_t number, std::uint16_t fixture, record::RunRecord& record) {
  const bool book = fixture == 0;
  const double ms = book ? 0.5 : 0.0625, cpu_ms = book ? 0.25 : 0.03125;
  record::PairRecord pair;
  pair.round = round;
  pair.fixture = fixture;
  pair.base_first = (round + number) % 2 == 0;
  pair.base = block(ms, cpu_ms, wobble(round, number), record.fixtures[fixture].size);
  pair.head = block(ms * (book ? 1.05 : 1), cpu_ms, wobble(number, round + 7), record.fixtures[fixture].size);
  record.comparison->pairs.push_back(pair);
}

void add_round(std::uint32_t round, record::RunRecord& record) {
  for (std::uint32_t number = 0; number < pairs; ++number)
    for (const std::uint16_t fixture : {std::uint16_t{0}, std::uint16_t{1}})
      add_pair(round, number, fixture, record);
  for (const Arm arm : {Arm::base, Arm::head}) {
    record::ArmRound memory{.round = round, .arm = arm, .ready_s = 0.125};
    memory.peak_mib = 6 + wobble(round, arm == Arm::base ? 1 : 2);
    memory.middle_mib = 5;
    memory.end_mib = 5 + (arm == Arm::head ? 0.5 : 0);
    memory.transfers_between = 512;
    record.comparison->arm_rounds.push_back(memory);
  }
}

record::RunRecord described() {
  record::RunRecord record = harness_failed().record;
  record.state = record::RunState::complete;
  record.state_text.clear();
  record.server_ends.clear();
  record.fixtures.resize(1);
  record.fixtures.push_back(
      {.name = "size_4096.bin", .size = 4096, .sha256 = {}, .path = "/f", .about = "a page"});
  record.plan.ops = {record::Op::get};
  record.plan.server.command = "build-b/bin/bftpd --port {port} --root {root}";
  record.plan.command_line = "bftp-torture compare --base A --head B --seed 20260131";
  record.duration_s = 58.5;
  record::Comparison comparison;
  comparison.base = record.plan.server;
  comparison.base.command = "build-a/bin/bftpd --port {port} --root {root} --greeting '<script>\x1b[31m'";
  comparison.client_counts = {1};
  comparison.gates = {"throughput<0.98", "service_time>1.05"};
  comparison.server_cpus = {0};
  comparison.worker_cpus = {1};
  record.comparison = comparison;
  return record;
}

void add_transfers(Arm arm, record::RunRecord& record) {
  for (std::uint32_t iteration = 0; iteration < 8; ++iteration) {
    record::TransferRecord row;
    row.iteration = iteration;
    row.arm = arm;
    row.bytes = record.fixtures[0].size;
    row.start_s = 0.5 + 0.25 * iteration;
    row.transfer_ms = 0.5;
    row.identical = true;
    record.transfers.add(row);
  }
}

Sample judged(record::RunRecord record) {
  add_transfers(Arm::base, record);
  add_transfers(Arm::head, record);
  Sample sample{std::move(record), {}, 0};
  sample.verdicts = judge::judge_all(sample.record);
  sample.exit_code = judge::exit_code(sample.record, sample.verdicts);
  return sample;
}

}  // namespace

Sample comparison() {
  record::RunRecord record = described();
  for (std::uint32_t round = 1; round <= rounds; ++round) add_round(round, record);
  return judged(std::move(record));
}

Sample comparison_cut_short() {
  record::RunRecord record = described();
  record.state = record::RunState::interrupted;
  record.state_text = "interrupted after 0 pairs of blocks";
  return judged(std::move(record));
}

Sample comparison_with_failures() {
  record::RunRecord record = described();
  for (std::uint32_t round = 1; round <= rounds; ++round) add_round(round, record);
  for (auto& pair : record.comparison->pairs) pair.head.failed = 1;
  record.comparison->unanswered = {.arm = Arm::head, .waited_s = 2.5};
  return judged(std::move(record));
}

}  // namespace bftp::report::samples
