#include "harness/judge/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/judge/growth.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/units.hpp"
#include "harness/record/all_transfers.hpp"

namespace bftp::judge {
namespace {

using record::Arm;
using record::Metric;

/// Below this the time of a transfer is that of a request, and a speed says nothing.
constexpr std::uint64_t speed_bytes_min = 64u << 10;
/// Below this the CPU time of a transfer is that of a request.
constexpr double bulk_bytes_min = 256.0 * 1024;
/// A quantile of 99 % needs so many values to be more than the largest one.
constexpr std::size_t p99_values_min = 100;
constexpr const char* small_files = "small files";

class Metrics {
 public:
  Metrics(const Evidence& evidence, double confidence) : evidence_(evidence), confidence_(confidence) {}

  std::vector<Metric> all() {
    times();
    cpu();
    memory();
    handles();
    failures();
    return std::move(found_);
  }

 private:
  Metric& add(std::string_view name, double value, std::uint64_t count) {
    Metric& metric = found_.emplace_back();
    metric.name = std::string(name);
    metric.value = value;
    metric.count = count;
    return metric;
  }

  /// A figure that was read, not estimated: its interval is itself.
  void reading(std::string_view name, double value, std::uint64_t count) {
    Metric& metric = add(name, value, count);
    metric.low = metric.high = value;
  }

  void quantile(std::string_view name, const Group& group, const std::vector<double>& values, double p) {
    const auto value = statistics::quantile(values, p);
    if (!value) return;
    Metric& metric = add(name, *value, values.size());
    metric.op = protocol::to_string(group.key.op);
    metric.fixture = group.fixture;
    if (const auto interval = statistics::quantile_interval(values, p, confidence_)) {
      if (interval->low_certain) metric.low = interval->range.low;
      if (interval->high_certain) metric.high = interval->range.high;
    }
  }

  using Turn = std::pair<std::uint32_t, std::uint32_t>;  ///< round, how many of its kind came before

  void times() {
    const auto control = groups_of(evidence_, Arm::control);
    for (const Group& group : groups_of(evidence_, Arm::server)) {
      const auto service = times_ms(group);
      quantile(metric::service_p50_ms, group, service, 0.5);
      if (service.size() >= p99_values_min) quantile(metric::service_p99_ms, group, service, 0.99);
      std::vector<double> first_byte, speed;
      for (const Sample& sample : group.samples) {
        if (std::isfinite(sample.first_byte_ms)) first_byte.push_back(sample.first_byte_ms);
        speed.push_back(static_cast<double>(group.size) / mib / (sample.transfer_ms / 1000));
      }
      quantile(metric::first_byte_p50_ms, group, first_byte, 0.5);
      if (group.size >= speed_bytes_min) {
        quantile(metric::throughput_p50_mib_s, group, speed, 0.5);
        found_.back().higher_is_better = true;
      }
      if (const Group* other = counterpart(control, group)) times_to_control(group, *other);
    }
    pooled(metric::service_vs_control, service_ratios_);
  }

  /// All work together: one figure for each round, the median over its pairs.
  void pooled(std::string_view name, const std::map<std::uint32_t, std::vector<double>>& by_round) {
    std::vector<double> log_ratios;
    for (const auto& [round, ratios] : by_round)
      if (const auto median = statistics::median(ratios)) log_ratios.push_back(*median);
    ratio(name, log_ratios, "", "");
  }

  /// Medians of the blocks of one group by (round, how many of this round came before).
  std::map<Turn, double> medians_by_turn(const Group& group) const {
    std::map<std::uint32_t, std::uint32_t> seen;
    std::map<Turn, double> medians;
    for (const BlockValues& block : by_block(group, &Sample::own_ms)) {
      const std::uint32_t round = evidence_.record.blocks[block.block].round;
      if (const auto median = statistics::median(block.values); median && *median > 0)
        medians[{round, seen[round]}] = *median;
      ++seen[round];
    }
    return medians;
  }

  void ratio(std::string_view name, const std::vector<double>& log_ratios, std::string op,
             std::string fixture) {
    const auto estimate = statistics::hodges_lehmann(log_ratios, confidence_);
    if (!estimate) return;
    Metric& metric = add(name, std::exp(estimate->value), log_ratios.size());
    metric.op = std::move(op);
    metric.fixture = std::move(fixture);
    if (!estimate->range_certain) return;
    metric.low = std::exp(estimate->range.low);
    metric.high = std::exp(estimate->range.high);
  }

  void times_to_control(const Group& group, const Group& control) {
    const auto theirs = medians_by_turn(control);
    std::vector<double> log_ratios;
    for (const auto& [turn, median] : medians_by_turn(group)) {
      const auto other = theirs.find(turn);
      if (other == theirs.end()) continue;
      log_ratios.push_back(std::log(median / other->second));
      service_ratios_[turn.first].push_back(log_ratios.back());
    }
    ratio(metric::service_vs_control, log_ratios, protocol::to_string(group.key.op), group.fixture);
  }

  std::string fixture_of(const record::BlockRecord& block) const {
    if (block.fixtures.size() != 1 || block.fixtures.front() >= evidence_.record.fixtures.size())
      return small_files;
    return evidence_.record.fixtures[block.fixtures.front()].name;
  }

  struct BlockCost {
    std::vector<double> per_gib_s, per_transfer_ms;
    std::map<Turn, double> per_transfer_by_turn;
    std::map<std::uint32_t, std::uint32_t> seen;
  };
  using Costs = std::map<std::tuple<std::string, std::string>, BlockCost>;

  Costs costs_of(Arm arm) const {
    Costs costs;
    for (const std::uint32_t index : blocks_of(evidence_, arm)) {
      const auto& block = evidence_.record.blocks[index];
      if (!block.server_cpu_s || block.transfers == 0) continue;
      BlockCost& cost = costs[{protocol::to_string(block.op), fixture_of(block)}];
      const auto transfers = static_cast<double>(block.transfers);
      const double per_transfer_ms = *block.server_cpu_s / transfers * 1000;
      if (static_cast<double>(block.bytes) / transfers >= bulk_bytes_min)
        cost.per_gib_s.push_back(*block.server_cpu_s / static_cast<double>(block.bytes) * gib);
      else
        cost.per_transfer_ms.push_back(per_transfer_ms);
      cost.per_transfer_by_turn[{block.round, cost.seen[block.round]++}] = per_transfer_ms;
    }
    return costs;
  }

  void cpu() {
    const Costs control = costs_of(Arm::control);
    for (const auto& [key, cost] : costs_of(Arm::server)) {
      const auto& [op, fixture] = key;
      Group group;
      group.key.op = *protocol::op_from(op);
      group.fixture = fixture;
      quantile(metric::cpu_per_gib_s, group, cost.per_gib_s, 0.5);
      quantile(metric::cpu_per_transfer_ms, group, cost.per_transfer_ms, 0.5);
      const auto other = control.find(key);
      if (other == control.end()) continue;
      std::vector<double> log_ratios;
      for (const auto& [turn, value] : cost.per_transfer_by_turn) {
        const auto theirs = other->second.per_transfer_by_turn.find(turn);
        if (theirs == other->second.per_transfer_by_turn.end() || value <= 0 || theirs->second <= 0) continue;
        log_ratios.push_back(std::log(value / theirs->second));
        cpu_ratios_[turn.first].push_back(log_ratios.back());
      }
      ratio(metric::cpu_vs_control, log_ratios, op, fixture);
    }
    pooled(metric::cpu_vs_control, cpu_ratios_);
  }

  static std::optional<double> pss(const record::ResourceSample& sample) { return sample.pss_mib; }

  void memory() {
    const QuietSeries quiet = quiet_series(evidence_, &Metrics::pss);
    if (quiet.baseline) reading(metric::memory_start_mib, *quiet.baseline, 1);
    double peak = 0;
    std::uint64_t readings = 0;
    for (const double value : readings_in_pass(quiet)) {
      peak = std::max(peak, value);
      ++readings;
    }
    if (readings > 0) reading(metric::memory_peak_mib, peak, readings);
    if (quiet.settled) reading(metric::memory_rest_mib, *quiet.settled, 1);
    const std::size_t skip = evidence_.confirmation || quiet.values.size() < 3 ? 0 : 1;
    const auto line = statistics::theil_sen(
        std::span(quiet.transfers).subspan(std::min(skip, quiet.transfers.size())),
        std::span(quiet.values).subspan(std::min(skip, quiet.values.size())), confidence_);
    if (!line) return;
    Metric& metric = add(metric::memory_growth_bytes, line->slope * mib, line->points);
    if (!line->range_certain) return;
    metric.low = line->slope_range.low * mib;
    metric.high = line->slope_range.high * mib;
  }

  /// PSS while blocks of this pass ran, and at its quiet points.
  std::vector<double> readings_in_pass(const QuietSeries& quiet) const {
    std::vector<double> values = quiet.values;
    const auto blocks = blocks_of(evidence_, Arm::server, Phase::all);
    if (blocks.empty()) return values;
    const double from_s = evidence_.record.blocks[blocks.front()].start_s;
    const double to_s = evidence_.record.blocks[blocks.back()].end_s;
    for (const auto& sample : evidence_.record.samples)
      if (sample.arm == Arm::server && sample.pss_mib && sample.time_s >= from_s && sample.time_s <= to_s)
        values.push_back(*sample.pss_mib);
    return values;
  }

  template <class Member>
  void at_rest(std::string_view name, Member member) {
    const QuietSeries quiet =
        quiet_series(evidence_, [member](const record::ResourceSample& sample) -> std::optional<double> {
          const auto& value = sample.*member;
          return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
        });
    if (quiet.settled) reading(name, *quiet.settled, 1);
  }

  void handles() {
    at_rest(metric::descriptors_rest, &record::ResourceSample::fds);
    at_rest(metric::threads_rest, &record::ResourceSample::threads);
    at_rest(metric::processes_rest, &record::ResourceSample::processes);
  }

  /// Over both passes: the log counts exactly, but not by pass.
  void failures() {
    const auto total = record::all_transfers(evidence_.record, Arm::server);
    if (total.transfers == 0) return;
    const std::uint64_t failed = total.different + total.errors;
    Metric& metric = add(metric::failed_share,
                         static_cast<double>(failed) / static_cast<double>(total.transfers), total.transfers);
    if (const auto range = statistics::clopper_pearson(failed, total.transfers, confidence_)) {
      metric.low = range->low;
      metric.high = range->high;
    }
  }

  const Evidence& evidence_;
  double confidence_;
  std::map<std::uint32_t, std::vector<double>> service_ratios_, cpu_ratios_;  ///< log ratios by round
  std::vector<Metric> found_;
};

}  // namespace

const std::vector<Quantity>& quantities() {
  static const std::vector<Quantity> all{
      {metric::service_vs_control, "ratio", "service time, as a multiple of the reference server's"},
      {metric::cpu_vs_control, "ratio", "CPU time of a transfer, as a multiple of the reference server's"},
      {metric::service_p50_ms, "ms", "median service time"},
      {metric::service_p99_ms, "ms", "99th percentile of service times"},
      {metric::first_byte_p50_ms, "ms", "median time to the first byte"},
      {metric::throughput_p50_mib_s, "MiB/s", "median speed of a transfer"},
      {metric::cpu_per_gib_s, "s", "CPU time of the server for a GiB"},
      {metric::cpu_per_transfer_ms, "ms", "CPU time of the server for a transfer of small files"},
      {metric::memory_start_mib, "MiB", "PSS before the first transfer"},
      {metric::memory_peak_mib, "MiB", "highest PSS seen"},
      {metric::memory_rest_mib, "MiB", "PSS at rest after the last transfer"},
      {metric::memory_growth_bytes, "bytes", "growth of PSS per transfer"},
      {metric::descriptors_rest, "count", "open descriptors at rest after the last transfer"},
      {metric::threads_rest, "count", "threads at rest after the last transfer"},
      {metric::processes_rest, "count", "processes at rest after the last transfer"},
      {metric::failed_share, "share", "transfers that failed or gave other bytes"},
  };
  return all;
}

const Quantity* find_quantity(std::string_view name) {
  const auto& all = quantities();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Quantity& quantity) { return quantity.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<record::Metric> metrics_of(const Evidence& evidence, double confidence) {
  auto found = Metrics(evidence, confidence).all();
  std::stable_sort(found.begin(), found.end(), [](const Metric& a, const Metric& b) {
    const auto rank = [](const Metric& metric) {
      return find_quantity(metric.name) - quantities().data();
    };
    return std::tuple(rank(a), a.op, a.fixture) < std::tuple(rank(b), b.op, b.fixture);
  });
  return found;
}

}  // namespace bftp::judge
