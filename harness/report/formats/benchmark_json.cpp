#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/report/format.hpp"
#include "harness/report/json_text.hpp"
#include "harness/report/medians.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

namespace json = boost::json;
using record::BlockRecord;
using record::TransferPoint;

/// One block's transfers of one file: what Google Benchmark calls a repetition.
struct Repetition {
  double total_ms = 0;
  std::uint64_t transfers = 0;
  std::uint64_t bytes = 0;
  std::optional<double> cpu_ms;  ///< of the server, for a transfer
  std::string label;

  double mean_ms() const { return total_ms / static_cast<double>(transfers); }
};

/// Arm, operation, fixture, clients.
using Name = std::tuple<record::Arm, record::Op, std::uint16_t, std::uint32_t>;
using Repetitions = std::map<std::uint32_t, Repetition>;  ///< by block

/// Warm-up and confirmation stand apart: the one is not the steady state, the other is only there where a
/// check failed.
bool counts(const BlockRecord& block) {
  return !block.warm_up && !block.confirmation;
}

std::vector<std::uint32_t> blocks_in_time(const record::RunRecord& record) {
  std::vector<std::uint32_t> blocks;
  for (std::uint32_t i = 0; i < record.blocks.size(); ++i)
    if (counts(record.blocks[i])) blocks.push_back(i);
  std::stable_sort(blocks.begin(), blocks.end(), [&](std::uint32_t a, std::uint32_t b) {
    return record.blocks[a].start_s < record.blocks[b].start_s;
  });
  return blocks;
}

/// The block that a transfer belongs to: of its arm, operation and file, begun last before it.
std::optional<std::uint32_t> block_of(const TransferPoint& point, const std::vector<std::uint32_t>& blocks,
                                      const record::RunRecord& record) {
  auto at = std::upper_bound(
      blocks.begin(), blocks.end(), point.start_s,
      [&](double start_s, std::uint32_t block) { return start_s < record.blocks[block].start_s; });
  while (at != blocks.begin()) {
    const BlockRecord& block = record.blocks[*--at];
    const bool same =
        block.arm == point.arm && block.op == point.op &&
        std::find(block.fixtures.begin(), block.fixtures.end(), point.fixture) != block.fixtures.end();
    if (same) return point.start_s <= block.end_s ? std::optional(*at) : std::nullopt;
  }
  return std::nullopt;
}

std::map<Name, Repetitions> repetitions_of(const record::RunRecord& record) {
  const auto blocks = blocks_in_time(record);
  std::map<Name, Repetitions> all;
  for (const TransferPoint& point : record.transfers.points()) {
    if (point.error != record::TransferError::none || !std::isfinite(point.transfer_ms)) continue;
    if (point.fixture >= record.fixtures.size()) continue;
    const auto block = block_of(point, blocks, record);
    if (!block) continue;
    Repetition& repetition = all[{point.arm, point.op, point.fixture, record.plan.clients.count}][*block];
    repetition.total_ms += static_cast<double>(point.transfer_ms);
    ++repetition.transfers;
    repetition.bytes += point.bytes;
    const BlockRecord& of = record.blocks[*block];
    if (!of.server_cpu_s || of.transfers == 0) continue;
    repetition.cpu_ms = *of.server_cpu_s * 1000 / static_cast<double>(of.transfers);
    if (of.fixtures.size() > 1) repetition.label = "CPU time is the mean of the files in its block";
  }
  return all;
}

/// A comparison has no blocks of its own: each half of a pair is a repetition, with the median for its time.
void add_half(const record::PairRecord& pair, record::Arm arm, std::uint32_t index,
              std::map<Name, Repetitions>& all) {
  const record::BlockFigures& block = arm == record::Arm::base ? pair.base : pair.head;
  const std::uint64_t good = block.transfers - std::min(block.transfers, block.failed);
  if (!block.p50_ms || !std::isfinite(*block.p50_ms) || good == 0) return;
  Repetition& repetition = all[{arm, pair.op, pair.fixture, pair.clients}][index];
  repetition.total_ms = *block.p50_ms * static_cast<double>(good);
  repetition.transfers = good;
  repetition.bytes = block.bytes;
  repetition.label = "time is the block's median";
  if (block.server_cpu_s)
    repetition.cpu_ms = *block.server_cpu_s * 1000 / static_cast<double>(block.transfers);
}

std::map<Name, Repetitions> repetitions_of(const record::Comparison& comparison) {
  std::map<Name, Repetitions> all;
  std::uint32_t index = 0;
  for (const record::PairRecord& pair : comparison.pairs) {
    add_half(pair, record::Arm::base, index, all);
    add_half(pair, record::Arm::head, index++, all);
  }
  return all;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Of the sample; 0 for a single value, as Google Benchmark has it.
double deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double middle = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::string name_of(const Name& name, const record::RunRecord& record) {
  const auto& [arm, op, fixture, clients] = name;
  std::string work = fmt::format("{}/{}", op_text(op), record.fixtures.at(fixture).name);
  if (arm == record::Arm::server) return work;
  const std::string of_arm = fmt::format("{}/{}", record::to_string(arm), work);
  const bool several = record.comparison && record.comparison->client_counts.size() > 1;
  return several ? fmt::format("{}/clients:{}", of_arm, clients) : of_arm;
}

json::object common(const std::string& name, std::uint32_t clients, std::size_t family) {
  return {
      {"family_index", family}, {"per_family_instance_index", 0}, {"run_name", name}, {"threads", clients}};
}

/// compare.py prints whole units.
constexpr double us_per_ms = 1000;

/// The mean, as Google Benchmark's iterations are averaged.
json::object iteration_json(json::object row, const std::string& name, const Repetition& repetition,
                            std::size_t index, std::size_t count) {
  const double real_ms = repetition.mean_ms();
  row["name"] = name;
  row["run_type"] = "iteration";
  row["repetitions"] = count;
  row["repetition_index"] = index;
  row["iterations"] = repetition.transfers;
  row["real_time"] = real_ms * us_per_ms;
  row["cpu_time"] = repetition.cpu_ms.value_or(0) * us_per_ms;
  row["time_unit"] = "us";
  if (real_ms > 0)
    row["bytes_per_second"] =
        static_cast<double>(repetition.bytes) / static_cast<double>(repetition.transfers) / (real_ms / 1000);
  if (!repetition.cpu_ms)
    row["label"] = "CPU time unknown";
  else if (!repetition.label.empty())
    row["label"] = repetition.label;
  return row;
}

json::object aggregate_json(json::object row, const std::string& name, std::string_view aggregate,
                            double real, double cpu, std::size_t count) {
  row["name"] = fmt::format("{}_{}", name, aggregate);
  row["run_type"] = "aggregate";
  row["repetitions"] = count;
  row["aggregate_name"] = json::string(aggregate);
  row["aggregate_unit"] = aggregate == "cv" ? "percentage" : "time";
  row["iterations"] = count;
  row["real_time"] = real;
  row["cpu_time"] = cpu;
  row["time_unit"] = "us";
  return row;
}

void add_benchmark(json::array& rows, const Name& name, const Repetitions& repetitions,
                   const record::RunRecord& record, std::size_t family) {
  const std::string text = name_of(name, record);
  const json::object base = common(text, std::get<3>(name), family);
  std::vector<double> real, cpu;
  std::size_t index = 0;
  for (const auto& [block, repetition] : repetitions) {
    rows.push_back(iteration_json(base, text, repetition, index++, repetitions.size()));
    real.push_back(repetition.mean_ms() * us_per_ms);
    cpu.push_back(repetition.cpu_ms.value_or(0) * us_per_ms);
  }
  const auto aggregate = [&](std::string_view which, double of_real, double of_cpu) {
    rows.push_back(aggregate_json(base, text, which, of_real, of_cpu, repetitions.size()));
  };
  const auto share = [](double part, double whole) {
    return whole > 0 ? part / whole : 0.0;
  };
  aggregate("mean", mean(real), mean(cpu));
  aggregate("median", median_of(real), median_of(cpu));
  aggregate("stddev", deviation(real), deviation(cpu));
  aggregate("cv", share(deviation(real), mean(real)), share(deviation(cpu), mean(cpu)));
}

/// "… @ 2.80GHz" -> 2800; most models of today do not say.
std::optional<int> mhz_of(const std::string& cpu_model) {
  const auto at = cpu_model.rfind("@ ");
  const auto unit = cpu_model.rfind("GHz");
  if (at == std::string::npos || unit == std::string::npos || unit < at) return std::nullopt;
  const double ghz = std::strtod(cpu_model.c_str() + at + 2, nullptr);
  return ghz > 0 && ghz < 100 ? std::optional(static_cast<int>(std::lround(ghz * 1000))) : std::nullopt;
}

json::object context_of(const RunReport& report) {
  const record::RunRecord& record = report.record;
  std::string date = record.started_utc;
  if (date.ends_with('Z')) date.replace(date.size() - 1, 1, "+00:00");
  json::object context{{"date", date},
                       {"host_name", record.machine.hostname},
                       {"executable", server_text(record.plan)},
                       {"num_cpus", record.machine.cores},
                       {"caches", json::array()},
                       {"load_avg", json::array()},
                       {"library_build_type", "release"},
                       {"bftp_torture_version", record.version},
                       {"cpu_model", record.machine.cpu_model},
                       {"seed", std::to_string(record.plan.seed)}};
  if (const auto mhz = mhz_of(record.machine.cpu_model)) context["mhz_per_cpu"] = *mhz;
  return context;
}

/// Google Benchmark's JSON (docs/user_guide.md of version 1.7.1, "Output Formats"): a benchmark for each
/// operation and file, a repetition for each block, so that tools/compare.py has data for its U test.
std::string benchmark_json(const RunReport& report) {
  json::array rows;
  std::size_t family = 0;
  const record::RunRecord& record = report.record;
  for (const auto& [name, repetitions] :
       record.comparison ? repetitions_of(*record.comparison) : repetitions_of(record))
    add_benchmark(rows, name, repetitions, record, family++);
  return json_text(json::object{{"context", context_of(report)}, {"benchmarks", std::move(rows)}});
}

}  // namespace

BFTP_REGISTER_FORMAT(benchmark_json, {"benchmark-json", "benchmark.json",
                                      "Google Benchmark's JSON, for its compare.py", &benchmark_json})

}  // namespace bftp::report
