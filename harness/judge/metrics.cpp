#include "harness/judge/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/judge/growth.hpp"
#include "harness/judge/pairs.hpp"
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

/// Operation, and the fixture or `small_files`; both empty: all work.
using WorkName = std::pair<std::string, std::string>;

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

  void times() {
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
    }
    to_control(metric::service_vs_control, time_pairs(evidence_, Arm::server, Arm::control));
  }

  /// Each kind of work by itself, and all together: there one figure for each round, the median over its
  /// pairs.
  void to_control(std::string_view name, const std::vector<PairPoint>& pairs) {
    std::map<WorkName, std::vector<double>> by_work;
    std::map<std::uint32_t, std::vector<double>> by_round;
    for (const PairPoint& pair : pairs) {
      by_work[{protocol::to_string(pair.op), fixture_of(pair.fixtures)}].push_back(pair.log_ratio);
      by_round[pair.round].push_back(pair.log_ratio);
    }
    for (const auto& [work, log_ratios] : by_work) ratio(name, log_ratios, work);
    std::vector<double> medians;
    for (const auto& [round, log_ratios] : by_round)
      if (const auto median = statistics::median(log_ratios)) medians.push_back(*median);
    ratio(name, medians, {});
  }

  void ratio(std::string_view name, const std::vector<double>& log_ratios, const WorkName& work) {
    const auto estimate = statistics::hodges_lehmann(log_ratios, confidence_);
    if (!estimate) return;
    Metric& metric = add(name, std::exp(estimate->value), log_ratios.size());
    std::tie(metric.op, metric.fixture) = work;
    if (!estimate->range_certain) return;
    metric.low = std::exp(estimate->range.low);
    metric.high = std::exp(estimate->range.high);
  }

  std::string fixture_of(const std::vector<std::uint16_t>& fixtures) const {
    if (fixtures.size() != 1 || fixtures.front() >= evidence_.record.fixtures.size()) return small_files;
    return evidence_.record.fixtures[fixtures.front()].name;
  }

  struct BlockCosts {
    std::vector<double> per_gib_s, per_transfer_ms;
  };

  std::map<WorkName, BlockCosts> costs() const {
    std::map<WorkName, BlockCosts> costs;
    for (const std::uint32_t index : blocks_of(evidence_, Arm::server)) {
      const auto& block = evidence_.record.blocks[index];
      if (!block.server_cpu_s || block.transfers == 0) continue;
      BlockCosts& cost = costs[{protocol::to_string(block.op), fixture_of(block.fixtures)}];
      const auto transfers = static_cast<double>(block.transfers);
      if (static_cast<double>(block.bytes) / transfers >= bulk_bytes_min)
        cost.per_gib_s.push_back(*block.server_cpu_s / static_cast<double>(block.bytes) * gib);
      else
        cost.per_transfer_ms.push_back(*block.server_cpu_s / transfers * 1000);
    }
    return costs;
  }

  void cpu() {
    for (const auto& [work, cost] : costs()) {
      Group group;
      group.key.op = *protocol::op_from(work.first);
      group.fixture = work.second;
      quantile(metric::cpu_per_gib_s, group, cost.per_gib_s, 0.5);
      quantile(metric::cpu_per_transfer_ms, group, cost.per_transfer_ms, 0.5);
    }
    to_control(metric::cpu_vs_control, cpu_pairs(evidence_, Arm::server, Arm::control, CostUnit::cpu_time));
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

  /// PSS while blocks of this pass ran, and at its quiet points. A server may hold most before its first
  /// transfer or after its last.
  std::vector<double> readings_in_pass(const QuietSeries& quiet) const {
    std::vector<double> values = quiet.values;
    add_samples_in_pass(values);
    if (values.empty()) return values;
    if (quiet.baseline) values.push_back(*quiet.baseline);
    if (quiet.settled) values.push_back(*quiet.settled);
    return values;
  }

  void add_samples_in_pass(std::vector<double>& values) const {
    const auto blocks = blocks_of(evidence_, Arm::server, Phase::all);
    if (blocks.empty()) return;
    const double from_s = evidence_.record.blocks[blocks.front()].start_s;
    const double to_s = evidence_.record.blocks[blocks.back()].end_s;
    for (const auto& sample : evidence_.record.samples)
      if (sample.arm == Arm::server && sample.pss_mib && sample.time_s >= from_s && sample.time_s <= to_s)
        values.push_back(*sample.pss_mib);
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

bool is_to_control(std::string_view name) {
  return name == metric::service_vs_control || name == metric::cpu_vs_control;
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
