#include "harness/judge/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/judge/cost.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::Arm;

constexpr double cautious_floor = 0.1;
constexpr double cpu_s_min = 0.0005;
constexpr double cpu_s_min_in_ticks = 0.05;
constexpr std::size_t times_more_max = 1000;
constexpr double rounds_wanted_max = 1000;

/// What makes two blocks a pair. Old records have no numbers: there the same work of one round belongs
/// together.
using PairKey =
    std::tuple<std::optional<std::uint32_t>, std::uint32_t, record::Op, std::vector<std::uint16_t>>;

PairKey key_of(const record::BlockRecord& block) {
  return {block.pair, block.pair ? 0 : block.round, block.op, block.fixtures};
}

/// The partner of each block of `first` in `second`.
std::map<std::uint32_t, std::uint32_t> partners(const Evidence& evidence, Arm first, Arm second,
                                                Phase phase = Phase::steady) {
  const auto& blocks = evidence.record.blocks;
  std::map<PairKey, std::uint32_t> by_key;
  for (const std::uint32_t index : blocks_of(evidence, second, phase)) by_key[key_of(blocks[index])] = index;
  std::map<std::uint32_t, std::uint32_t> pairs;
  for (const std::uint32_t index : blocks_of(evidence, first, phase)) {
    const auto found = by_key.find(key_of(blocks[index]));
    if (found != by_key.end()) pairs[index] = found->second;
  }
  return pairs;
}

void sort_by_time(std::vector<PairPoint>& points) {
  std::stable_sort(points.begin(), points.end(),
                   [](const PairPoint& a, const PairPoint& b) { return a.start_s < b.start_s; });
}

std::map<std::uint32_t, double> medians(const Group& group, double Sample::*value) {
  std::map<std::uint32_t, double> by_index;
  for (const BlockValues& block : by_block(group, value)) {
    const auto middle = statistics::median(block.values);
    if (middle && *middle > 0) by_index[block.block] = *middle;
  }
  return by_index;
}

NoiseFloor floor_of(const std::vector<PairPoint>& pairs) {
  constexpr std::size_t pairs_for_certainty = 6;  // fewer have no interval of 95 %: 2 / 2^5 is 6 %
  const auto effect = effect_of(pairs);
  if (!effect) return {.log = std::log1p(cautious_floor)};
  const auto& range = effect->log.range;
  NoiseFloor floor{.log = std::max(std::abs(range.low), std::abs(range.high)), .pairs = effect->pairs};
  if (floor.pairs >= pairs_for_certainty) floor.certain_log = std::max({range.low, -range.high, 0.0});
  return floor;
}

}  // namespace

std::vector<PairPoint> time_pairs(const Evidence& evidence, Arm first, Arm second, double Sample::*value,
                                  Phase phase) {
  const auto pairs = partners(evidence, first, second, phase);
  const auto others = groups_of(evidence, second, phase);
  std::vector<PairPoint> points;
  for (const Group& group : groups_of(evidence, first, phase)) {
    const Group* other = counterpart(others, group);
    if (other == nullptr) continue;
    const auto theirs = medians(*other, value);
    for (const auto& [index, middle] : medians(group, value)) {
      const auto partner = pairs.find(index);
      const auto found = partner == pairs.end() ? theirs.end() : theirs.find(partner->second);
      if (found == theirs.end()) continue;
      const auto& block = evidence.record.blocks[index];
      points.push_back(
          {group.key.op, {group.key.fixture}, block.round, block.start_s, std::log(middle / found->second)});
    }
  }
  sort_by_time(points);
  return points;
}

std::vector<PairPoint> cpu_pairs(const Evidence& evidence, Arm first, Arm second) {
  return cpu_pairs(evidence, first, second, cost_unit(evidence.record));
}

std::vector<PairPoint> cpu_pairs(const Evidence& evidence, Arm first, Arm second, CostUnit unit) {
  const auto& record = evidence.record;
  const double least = record.machine.cpu_source == "/proc" ? cpu_s_min_in_ticks : cpu_s_min;
  std::vector<PairPoint> points;
  for (const auto& [index, partner] : partners(evidence, first, second)) {
    const auto& block = record.blocks[index];
    const auto cost = cost_of_transfer(block, unit, least);
    const auto other = cost_of_transfer(record.blocks[partner], unit, least);
    if (cost && other)
      points.push_back({block.op, block.fixtures, block.round, block.start_s, std::log(*cost / *other)});
  }
  sort_by_time(points);
  return points;
}

double Effect::ratio() const {
  return std::exp(log.value);
}
double Effect::ratio_low() const {
  return std::exp(log.range.low);
}
double Effect::ratio_high() const {
  return std::exp(log.range.high);
}

std::string range_in_words(const Effect& effect) {
  const std::string pairs = counted(effect.pairs, "pair");
  const std::string sure =
      effect.log.range_certain ? " at 95 % confidence, " + pairs : ", the lowest and highest of " + pairs;
  return fmt::format("between {} and {} times{}", number(effect.ratio_low()), number(effect.ratio_high()),
                     sure);
}

std::optional<Effect> effect_of(std::span<const PairPoint> pairs) {
  Effect effect;
  for (const PairPoint& pair : pairs) effect.log_ratios.push_back(pair.log_ratio);
  const auto estimate = statistics::hodges_lehmann(effect.log_ratios);
  if (!estimate) return std::nullopt;
  effect.log = *estimate;
  effect.pairs = pairs.size();
  return effect;
}

double NoiseFloor::share() const {
  return std::expm1(log);
}

double NoiseFloor::certain_share() const {
  return std::expm1(certain_log);
}

NoiseFloor time_floor(const Evidence& evidence) {
  return floor_of(time_pairs(evidence, Arm::control_b, Arm::control));
}

NoiseFloor cpu_floor(const Evidence& evidence) {
  return floor_of(cpu_pairs(evidence, Arm::control_b, Arm::control));
}

Standing standing(const Effect& effect, double limit_log, const NoiseFloor& floor) {
  if (effect.log.value <= limit_log) return Standing::within;
  return effect.log.range.low > std::max(limit_log, floor.log) ? Standing::beyond : Standing::unsettled;
}

double p_beyond(const Effect& effect, double limit_log) {
  std::vector<double> beyond;
  for (const double log_ratio : effect.log_ratios) beyond.push_back(log_ratio - limit_log);
  const auto test = statistics::wilcoxon_signed_rank(beyond);
  if (!test) return 1;
  const auto n = static_cast<double>(test->used);
  return test->w_plus > n * (n + 1) / 4 ? test->p / 2 : 1 - test->p / 2;
}

std::optional<std::size_t> pairs_wanted(const Effect& effect, double limit_log, const NoiseFloor& floor) {
  const double line = std::max(limit_log, floor.log);
  const double distance = std::abs(effect.log.value - line);
  const double half_width = effect.log.value > line ? effect.log.value - effect.log.range.low
                                                    : effect.log.range.high - effect.log.value;
  if (half_width < distance) return 0;
  const double times = (half_width / distance) * (half_width / distance);
  if (!(times < static_cast<double>(times_more_max))) return std::nullopt;
  return static_cast<std::size_t>(std::ceil((times - 1) * static_cast<double>(effect.pairs))) + 1;
}

std::uint32_t rounds_for(std::size_t pairs_more, std::span<const PairPoint> pairs) {
  std::vector<std::uint32_t> rounds;
  for (const PairPoint& pair : pairs) rounds.push_back(pair.round);
  std::sort(rounds.begin(), rounds.end());
  rounds.erase(std::unique(rounds.begin(), rounds.end()), rounds.end());
  if (rounds.empty()) return 1;
  const double per_round = static_cast<double>(pairs.size()) / static_cast<double>(rounds.size());
  const double wanted = std::ceil(static_cast<double>(pairs_more) / per_round);
  return static_cast<std::uint32_t>(std::clamp(wanted, 1.0, rounds_wanted_max));
}

Verdict wanting_rounds(Verdict verdict, std::string reason, std::optional<std::uint32_t> rounds) {
  if (!rounds)
    return inconclusive(
        std::move(verdict), std::move(reason),
        "No reasonable number of rounds: the server stands on the line itself. Move the limit, "
        "or see it as a draw.");
  verdict.rounds_wanted = *rounds;
  return inconclusive(std::move(verdict), std::move(reason),
                      fmt::format("About {} more like these would settle it: --until-conclusive runs just so "
                                  "many.",
                                  counted(*rounds, "round")));
}

std::vector<RoundFigure> rounds_of(std::span<const PairPoint> pairs) {
  using Work = std::pair<record::Op, std::vector<std::uint16_t>>;
  std::map<Work, std::vector<double>> by_work;
  for (const PairPoint& pair : pairs) by_work[{pair.op, pair.fixtures}].push_back(pair.log_ratio);
  std::map<Work, double> usual;
  for (const auto& [work, ratios] : by_work) usual[work] = statistics::median(ratios).value_or(0);
  std::vector<RoundFigure> items;
  for (const PairPoint& pair : pairs)
    items.push_back({pair.round, pair.log_ratio - usual[{pair.op, pair.fixtures}]});
  return medians_by_round(items);
}

Series pair_picture(std::string title, std::span<const PairPoint> pairs) {
  std::vector<double> x, y;
  for (const PairPoint& pair : pairs) {
    x.push_back(pair.start_s);
    y.push_back(std::exp(pair.log_ratio));
  }
  return picture(std::move(title), "s since the run's start", "ratio of neighbouring blocks", x, y);
}

std::string work_name(const record::RunRecord& record, const PairPoint& pair) {
  const std::string verb = pair.op == record::Op::put ? "PUT of " : "GET of ";
  if (pair.fixtures.size() == 1 && pair.fixtures.front() < record.fixtures.size())
    return verb + record.fixtures[pair.fixtures.front()].name;
  return verb + counted(pair.fixtures.size(), "small file");
}

bool has_arm(const record::RunRecord& record, Arm arm) {
  return std::any_of(record.blocks.begin(), record.blocks.end(),
                     [arm](const auto& block) { return block.arm == arm; });
}

}  // namespace bftp::judge
