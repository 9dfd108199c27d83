#include "harness/judge/comparison/rounds.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/units.hpp"

namespace bftp::judge {
namespace {

using record::ArmRound;
using record::BlockFigures;
using record::PairRecord;

using FigureOfBlock = std::optional<double> (*)(const BlockFigures& block);

std::optional<double> throughput(const BlockFigures& block) {
  if (block.busy_s <= 0 || block.bytes == 0) return std::nullopt;
  return static_cast<double>(block.bytes) / mib / block.busy_s;
}

std::optional<double> cpu_ms(const BlockFigures& block) {
  if (!block.server_cpu_s || block.transfers == 0) return std::nullopt;
  return *block.server_cpu_s * 1000 / static_cast<double>(block.transfers);
}

FigureOfBlock figure_of(std::string_view metric) {
  if (metric == "throughput") return throughput;
  if (metric == "service_time")
    return [](const BlockFigures& block) {
      return block.p50_ms;
    };
  if (metric == "service_time_p90")
    return [](const BlockFigures& block) {
      return block.p90_ms;
    };
  if (metric == "service_time_p99")
    return [](const BlockFigures& block) {
      return block.p99_ms;
    };
  if (metric == "first_byte")
    return [](const BlockFigures& block) {
      return block.first_byte_ms;
    };
  if (metric == "cpu") return cpu_ms;
  return nullptr;
}

struct Work {
  std::uint32_t clients = 1;
  record::Op op = record::Op::get;
  std::uint16_t fixture = 0;
  auto operator<=>(const Work&) const = default;
};

/// Pairs of one kind of work by round.
using Rounds = std::map<std::uint32_t, std::vector<const PairRecord*>>;

std::map<Work, Rounds> pairs_by_work(const record::Comparison& comparison) {
  std::map<Work, Rounds> found;
  for (const PairRecord& pair : comparison.pairs)
    found[{pair.clients, pair.op, pair.fixture}][pair.round].push_back(&pair);
  return found;
}

bool usable(const std::optional<double>& value) {
  return value && std::isfinite(*value) && *value > 0;
}

/// The kernel's clock for processes that have ended ticks every 10 ms: a block that seems to cost nothing was
/// shorter than that. The ticks of a whole round tell more.
bool clock_is_too_coarse(std::span<const PairRecord* const> pairs) {
  return std::any_of(pairs.begin(), pairs.end(), [](const PairRecord* pair) {
    return pair->base.server_cpu_s == 0.0 || pair->head.server_cpu_s == 0.0;
  });
}

BlockFigures sum_of(std::span<const PairRecord* const> pairs, BlockFigures PairRecord::*arm) {
  BlockFigures sum;
  sum.server_cpu_s = 0;
  for (const PairRecord* pair : pairs) {
    if (!pair->base.server_cpu_s || !pair->head.server_cpu_s) continue;
    const BlockFigures& block = pair->*arm;
    sum.transfers += block.transfers;
    *sum.server_cpu_s += *block.server_cpu_s;
  }
  return sum;
}

bool add_whole_round(std::span<const PairRecord* const> pairs, RoundSeries& series) {
  const auto base = cpu_ms(sum_of(pairs, &PairRecord::base)), head = cpu_ms(sum_of(pairs, &PairRecord::head));
  if (!usable(base) || !usable(head)) return false;
  series.effects.push_back(std::log(*head / *base));
  series.base.push_back(*base);
  series.head.push_back(*head);
  series.row.pairs += pairs.size();
  return true;
}

bool has_failures(const PairRecord& pair) {
  return pair.base.failed > 0 || pair.head.failed > 0;
}

/// Two and two, AB and BA: where one goes the other has no counterpart. An odd last pair goes for that.
std::vector<const PairRecord*> without_failures(std::span<const PairRecord* const> pairs) {
  std::vector<const PairRecord*> left;
  for (std::size_t at = 0; at + 1 < pairs.size(); at += 2)
    if (!has_failures(*pairs[at]) && !has_failures(*pairs[at + 1]))
      left.insert(left.end(), {pairs[at], pairs[at + 1]});
  return left;
}

/// What one round says; false if it has too few pairs.
bool add_round(std::span<const PairRecord* const> pairs, FigureOfBlock figure, RoundSeries& series) {
  if (figure == cpu_ms && clock_is_too_coarse(pairs)) return add_whole_round(pairs, series);
  std::vector<double> effects, base, head;
  for (const PairRecord* pair : pairs) {
    const auto before = figure(pair->base), after = figure(pair->head);
    if (!usable(before) || !usable(after)) continue;
    effects.push_back(std::log(*after / *before));
    base.push_back(*before);
    head.push_back(*after);
  }
  if (effects.size() < 2) return false;
  series.effects.push_back(statistics::hodges_lehmann(effects)->value);
  series.base.push_back(*statistics::median(base));
  series.head.push_back(*statistics::median(head));
  series.row.pairs += effects.size();
  return true;
}

RoundSeries series_of(const plan::CompareMetric& metric, const Work& work, const Rounds& rounds) {
  RoundSeries series;
  series.row.metric = &metric;
  series.row.clients = work.clients;
  series.row.op = work.op;
  series.row.fixture = work.fixture;
  const FigureOfBlock figure = figure_of(metric.name);
  bool measured = false;
  for (const auto& [round, pairs] : rounds) {
    add_round(without_failures(pairs), figure, series);
    for (const PairRecord* pair : pairs) {
      if (!has_failures(*pair)) continue;
      ++series.row.left_out;
      measured = measured || usable(figure(pair->base)) || usable(figure(pair->head));
    }
  }
  if (!measured) series.row.left_out = 0;
  return series;
}

std::optional<double> growth_bytes(const ArmRound& round) {
  if (!round.middle_mib || !round.end_mib || round.transfers_between == 0) return std::nullopt;
  return (*round.end_mib - *round.middle_mib) * mib / static_cast<double>(round.transfers_between);
}

RoundSeries memory_series(const plan::CompareMetric& metric, const record::Comparison& comparison) {
  RoundSeries series;
  series.row.metric = &metric;
  std::set<std::uint32_t> failed;
  for (const PairRecord& pair : comparison.pairs)
    if (has_failures(pair)) failed.insert(pair.round);
  std::map<std::uint32_t, std::pair<std::optional<double>, std::optional<double>>> rounds;
  for (const ArmRound& round : comparison.arm_rounds) {
    auto& both = rounds[round.round];
    (round.arm == record::Arm::base ? both.first : both.second) =
        metric.difference ? growth_bytes(round) : round.peak_mib;
  }
  for (const auto& [round, both] : rounds) {
    const auto& [base, head] = both;
    if (base && head && failed.contains(round)) {
      ++series.row.left_out;
      continue;
    }
    if (!base || !head || (!metric.difference && (*base <= 0 || *head <= 0))) continue;
    series.effects.push_back(metric.difference ? *head - *base : std::log(*head / *base));
    series.base.push_back(*base);
    series.head.push_back(*head);
  }
  return series;
}

}  // namespace

std::vector<RoundSeries> round_series(const record::RunRecord& record) {
  std::vector<RoundSeries> all;
  if (!record.comparison) return all;
  const auto keep = [&all](RoundSeries series) {
    const bool would_gate = series.row.metric->gates && series.row.left_out > 0;
    if (!series.effects.empty() || would_gate) all.push_back(std::move(series));
  };
  for (const auto& [work, rounds] : pairs_by_work(*record.comparison)) {
    for (const plan::CompareMetric& metric : plan::compare_metrics())
      if (figure_of(metric.name) != nullptr) keep(series_of(metric, work, rounds));
  }
  for (const plan::CompareMetric& metric : plan::compare_metrics())
    if (figure_of(metric.name) == nullptr) keep(memory_series(metric, *record.comparison));
  return all;
}

}  // namespace bftp::judge
