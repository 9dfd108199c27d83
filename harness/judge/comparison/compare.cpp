#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/judge/comparison/comparison.hpp"
#include "harness/judge/comparison/rounds.hpp"
#include "harness/judge/statistics/paired.hpp"

namespace bftp::judge {
namespace {

using statistics::Estimate;

/// How far from "no difference" counts as the same, and from where on as a difference; on the effect's scale.
struct Margins {
  double same = 0, floor = 0;
};

Margins margins_for(const plan::CompareMetric& metric, double smallest_effect) {
  if (metric.difference) return {growth_same_bytes, growth_floor_bytes};
  return {std::log1p(smallest_effect), std::log1p(smallest_effect * floor_share_of_effect)};
}

bool excludes(const Estimate& estimate, double floor) {
  return estimate.range_certain && (estimate.range.low > floor || estimate.range.high < -floor);
}

Answer answer_of(const Estimate& estimate, const Margins& margins, const plan::CompareMetric& metric) {
  if (!metric.gates) return Answer::shown;
  if (!estimate.range_certain) return Answer::unclear;
  if (excludes(estimate, margins.floor))
    return (estimate.range.low > 0) == metric.more_is_better ? Answer::better : Answer::worse;
  const bool within = estimate.range.low >= -margins.same && estimate.range.high <= margins.same;
  return within ? Answer::same : Answer::unclear;
}

/// The interval narrows with the root of the rounds; it is enough when it leaves the floor out, or fits into
/// what is the same, whichever comes first.
std::optional<std::size_t> wanted(const Estimate& estimate, const Margins& margins, std::size_t rounds,
                                  std::size_t needed) {
  constexpr double rounds_max = 1e5;
  if (!estimate.range_certain) return std::max(needed, rounds + 1);
  const double half = (estimate.range.high - estimate.range.low) / 2;
  const double size = std::abs(estimate.value);
  const double allowed = std::max(size - margins.floor, margins.same - size);
  const double more = static_cast<double>(rounds) * (half / allowed) * (half / allowed);
  if (!std::isfinite(more) || more > rounds_max) return std::nullopt;
  return std::max(rounds + 1, static_cast<std::size_t>(std::ceil(more)));
}

void fill_in(const RoundSeries& series, const Estimate& estimate, double confidence, ComparisonRow& row) {
  const bool difference = row.metric->difference;
  const auto shown = [difference](double effect) {
    return difference ? effect : std::exp(effect);
  };
  row.base = *statistics::median(series.base);
  row.head = *statistics::median(series.head);
  row.value = shown(estimate.value);
  row.low = shown(estimate.range.low);
  row.high = shown(estimate.range.high);
  row.confidence = estimate.range_certain ? confidence : 0;
  row.rounds = series.effects.size();
  for (const double effect : series.effects) row.by_round.push_back(shown(effect));
}

/// Two-sided p-value of "the effect is no larger than the floor", at the floor's end that is nearer to the
/// estimate; the interval that inverts the same test excludes the floor exactly when p is small enough.
double p_beyond_floor(const RoundSeries& series, double floor) {
  const double middle = statistics::hodges_lehmann(series.effects)->value;
  if (std::abs(middle) <= floor) return 1;
  std::vector<double> beyond;
  for (const double effect : series.effects) beyond.push_back(effect - (middle > 0 ? floor : -floor));
  return statistics::wilcoxon_signed_rank(beyond)->p;
}

/// Holm's order over the rows that can gate: the smallest p first. The others follow.
std::vector<std::size_t> holm_order(const std::vector<RoundSeries>& all, double smallest_effect) {
  std::vector<double> p(all.size(), 2);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& metric = *all[i].row.metric;
    if (metric.gates && !all[i].effects.empty())
      p[i] = p_beyond_floor(all[i], margins_for(metric, smallest_effect).floor);
  }
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

}  // namespace

double error_of_look(const record::Comparison& comparison) {
  if (!comparison.until_conclusive) return comparison_error_max;
  const double look = std::max(1u, comparison.looks);
  return comparison_error_max / (look * (look + 1));
}

std::size_t rounds_needed(std::size_t rows, double error) {
  std::size_t rounds = 1;
  for (double p = 1; p > error / static_cast<double>(std::max<std::size_t>(rows, 1)); p /= 2) ++rounds;
  return rounds;
}

std::vector<ComparisonRow> compare(const record::RunRecord& record) {
  const std::vector<RoundSeries> all = round_series(record);
  if (all.empty()) return {};
  const record::Comparison& comparison = *record.comparison;
  const double error = error_of_look(comparison);
  const auto family = static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const auto& series) {
    return series.row.metric->gates && !series.effects.empty();
  }));
  std::vector<ComparisonRow> rows;
  for (const RoundSeries& series : all) rows.push_back(series.row);
  std::size_t left = std::max<std::size_t>(1, family);
  bool every_one_so_far = true;
  for (const std::size_t i : holm_order(all, comparison.smallest_effect)) {
    if (all[i].effects.empty()) continue;
    const auto& metric = *rows[i].metric;
    const Margins margins = margins_for(metric, comparison.smallest_effect);
    const double confidence = 1 - error / static_cast<double>(left);
    const Estimate estimate = *statistics::hodges_lehmann(all[i].effects, confidence);
    fill_in(all[i], estimate, confidence, rows[i]);
    rows[i].answer = answer_of(estimate, margins, metric);
    const bool for_failures = !estimate.range_certain && rows[i].left_out > 0;
    if (rows[i].answer == Answer::unclear && !for_failures)
      rows[i].rounds_wanted = wanted(estimate, margins, rows[i].rounds, rounds_needed(left, error));
    // Holm: as long as each is a difference, the next one's share grows. The first that is none ends that.
    every_one_so_far = every_one_so_far && metric.gates && excludes(estimate, margins.floor);
    if (every_one_so_far && left > 1) --left;
  }
  return rows;
}

bool conclusive(const std::vector<ComparisonRow>& rows) {
  return !rows.empty() && std::none_of(rows.begin(), rows.end(), [](const ComparisonRow& row) {
    return row.answer == Answer::unclear;
  });
}

}  // namespace bftp::judge
