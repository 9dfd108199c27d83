#include "harness/plan/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"
#include "harness/plan/units.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::Result;

constexpr double ratio_max = 1000;
constexpr double difference_max = 1e12;

const std::array<CompareMetric, 8>& metrics() {
  static const std::array<CompareMetric, 8> all{{
      {"throughput",
       {"speed"},
       "MiB/s",
       true,
       false,
       true,
       "bytes of all clients over the time that a block took"},
      {"service_time",
       {"p50", "service_time_p50", "latency"},
       "ms",
       false,
       false,
       true,
       "median time of a transfer, from connect to last byte"},
      {"service_time_p90", {"p90"}, "ms", false, false, false, "shown only: too few transfers in a block"},
      {"service_time_p99",
       {"p99"},
       "ms",
       false,
       false,
       false,
       "shown only: on shared cores it differs between two runs of one server"},
      {"first_byte",
       {"ttfb", "time_to_first_byte"},
       "ms",
       false,
       false,
       true,
       "median time from connect to the first byte"},
      {"cpu",
       {"cpu_per_transfer", "cpu_per_gib"},
       "ms",
       false,
       false,
       true,
       "CPU time of the server's process tree per transfer; per GiB the ratio is the same"},
      {"memory_peak",
       {"memory", "rss_peak"},
       "MiB",
       false,
       false,
       true,
       "peak memory of a fresh server in a round"},
      {"memory_growth",
       {"leak"},
       "B/transfer",
       false,
       true,
       true,
       "growth of memory at rest, second half of a round; bound in bytes per transfer, head - base"},
  }};
  return all;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> names_of_gates() {
  std::vector<std::string> names;
  for (const CompareMetric& metric : metrics()) {
    if (!metric.gates) continue;
    names.emplace_back(metric.name);
    names.insert(names.end(), metric.aliases.begin(), metric.aliases.end());
  }
  return names;
}

Result<const CompareMetric*> metric_for(std::string_view name) {
  const CompareMetric* metric = find_compare_metric(name);
  if (metric == nullptr)
    return refuse(fmt::format("there is no metric {}; {}", in_quotes(name), hint(name, names_of_gates())));
  if (!metric->gates)
    return refuse(fmt::format("{} cannot gate: {}. service_time (the median) can", metric->name,
                              metric->about.substr(metric->about.find(' ', metric->about.find(':')) + 1)));
  return metric;
}

/// In the direction that was typed: the other one would fail what is better.
std::string_view example_bound(const CompareMetric& metric, char sign) {
  if (metric.difference) return sign == '<' ? "-1024" : "1024";
  return sign == '<' ? "0.95" : "1.05";
}

Result<double> bound_for(const CompareMetric& metric, char sign, std::string_view text) {
  const auto number = parse_number(text);
  if (!number)
    return refuse(fmt::format("{} is no number; right is {}{}NUMBER, such as {}{}{}", in_quotes(text),
                              metric.name, sign, metric.name, sign, example_bound(metric, sign)));
  if (metric.difference)
    return std::abs(*number) <= difference_max ? Result<double>(*number)
                                               : refuse(fmt::format("{} is out of range", in_quotes(text)));
  if (*number > 0 && *number <= ratio_max) return *number;
  return refuse(
      fmt::format("{} is no ratio of head to base; right is a number above 0 and up to {:.0f}, such as "
                  "0.95 for 5 % less or 1.05 for 5 % more",
                  in_quotes(text), ratio_max));
}

}  // namespace

std::span<const CompareMetric> compare_metrics() {
  return metrics();
}

const CompareMetric* find_compare_metric(std::string_view name) {
  const auto& all = metrics();
  const auto found = std::ranges::find_if(all, [name](const CompareMetric& metric) {
    return metric.name == name || std::ranges::find(metric.aliases, name) != metric.aliases.end();
  });
  return found == all.end() ? nullptr : &*found;
}

Result<Gate> parse_gate(std::string_view text) {
  const std::string_view whole = trimmed(text);
  const auto at = whole.find_first_of("<>");
  if (at == std::string_view::npos || at == 0)
    return refuse(
        fmt::format("{} is no condition; right is METRIC<NUMBER or METRIC>NUMBER, such as throughput<0.95",
                    in_quotes(whole)));
  const auto metric = metric_for(trimmed(whole.substr(0, at)));
  if (!metric) return metric.error();
  const char sign = whole[at];
  auto number = whole.substr(at + 1);
  if (number.starts_with('=')) {
    // An interval of a difference may end on its bound: to take it for the bare sign would say another thing.
    number.remove_prefix(std::min(number.find_first_not_of("= \t"), number.size()));
    return refuse(fmt::format("{}: a condition has < or > without =; right is {}{}{}", in_quotes(whole),
                              (*metric)->name, sign,
                              parse_number(number) ? number : example_bound(**metric, sign)));
  }
  const auto bound = bound_for(**metric, sign, trimmed(number));
  if (!bound) return bound.error();
  return Gate{std::string((*metric)->name), sign == '<', *bound, std::string(whole)};
}

}  // namespace bftp::plan
