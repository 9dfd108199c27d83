#include "harness/judge/growth.hpp"

#include <algorithm>
#include <cmath>

#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::QuietKind;

constexpr std::size_t points_min = 3;
constexpr std::size_t brief_points = 5;
constexpr double brief_transfers = 150;

struct Later {
  std::vector<double> x, y;
};

/// All rounds of a confirmation, with the end of the first pass before them; of the first pass all but the
/// first round, unless the limits want that in a short run.
Later tail_of(const QuietSeries& series, bool first_counts_if_short) {
  Later tail;
  if (series.before) {
    tail.x.push_back(series.transfers_before);
    tail.y.push_back(*series.before);
  }
  const bool whole = series.before || (first_counts_if_short && series.values.size() < points_min + 1);
  const std::size_t skip = whole ? 0 : 1;
  for (std::size_t i = skip; i < series.values.size(); ++i) {
    tail.x.push_back(series.transfers[i]);
    tail.y.push_back(series.values[i]);
  }
  return tail;
}

/// Growth per transfer from point `from` to point `to`.
double pace(const Later& tail, std::size_t from, std::size_t to) {
  const double transfers = tail.x[to] - tail.x[from];
  return transfers > 0 ? (tail.y[to] - tail.y[from]) / transfers : 0;
}

bool levels_off(const Later& tail) {
  const std::size_t middle = tail.x.size() / 2;
  const std::size_t last = tail.x.size() - 1;
  // A third, not a half: of a leak in 1 of 50 transfers a half of the run may see nine and the other five.
  return pace(tail, middle, last) < pace(tail, 0, middle) / 3;
}

bool given_back(const QuietSeries& series, const Later& tail) {
  return series.settled && *series.settled - tail.y.front() < (tail.y.back() - tail.y.front()) / 2;
}

}  // namespace

double GrowthLimits::per_transfer_of(const Growth& growth) const {
  return growth.brief ? short_per_transfer : per_transfer;
}

double GrowthLimits::whole_of(const Growth& growth) const {
  return growth.brief ? short_whole : whole;
}

QuietSeries quiet_series(const Evidence& evidence, const Reading& reading) {
  QuietSeries series;
  for (const auto& point : evidence.record.quiet_points) {
    const auto value = point.sample.arm == record::Arm::server ? reading(point.sample) : std::nullopt;
    if (!value) continue;
    const auto transfers = static_cast<double>(point.transfers_before);
    if (point.kind == QuietKind::baseline && !series.baseline) series.baseline = value;
    if (evidence.confirmation && !point.confirmation && series.values.empty()) {
      // What stands between the passes (refusals, broken transfers) leaves its own behind, which the
      // repeated rounds are not to answer for: the last reading before them counts.
      series.before = value;
      if (point.kind == QuietKind::round) series.transfers_before = transfers;
    }
    if (point.confirmation != evidence.confirmation) continue;
    if (point.kind == QuietKind::settled) {
      series.settled = value;
      series.settled_transfers = transfers;
    }
    if (point.kind != QuietKind::round) continue;
    // Nothing was done since the one before: all were turned away.
    if (!series.transfers.empty() && transfers <= series.transfers.back()) continue;
    series.transfers.push_back(transfers);
    series.values.push_back(*value);
  }
  return series;
}

Series limit_slope(const Growth& growth, double per_transfer, double unit, const std::string& y_label) {
  const double to = growth.from_value + per_transfer * growth.transfers;
  return {"limit",
          "transfers so far",
          y_label,
          {growth.from_transfers, growth.from_transfers + growth.transfers},
          {growth.from_value / unit, to / unit}};
}

Series rest_picture(const QuietSeries& series, std::string title, double unit, const std::string& y_label) {
  std::vector<double> x, y;
  const auto add = [&](double transfers, double value) {
    x.push_back(transfers);
    y.push_back(value / unit);
  };
  if (series.baseline) add(0, *series.baseline);
  for (std::size_t i = 0; i < series.values.size(); ++i) add(series.transfers[i], series.values[i]);
  if (series.settled) add(std::max(series.settled_transfers, x.empty() ? 0 : x.back()), *series.settled);
  return picture(std::move(title), "transfers so far", y_label, x, y);
}

Growth judge_growth(const QuietSeries& series, const GrowthLimits& limits) {
  const Later tail = tail_of(series, limits.first_round_counts_in_short_runs);
  Growth growth;
  growth.points = tail.x.size();
  if (tail.x.size() < points_min) return growth;
  growth.line = statistics::theil_sen(tail.x, tail.y);
  growth.from_transfers = tail.x.front();
  growth.from_value = tail.y.front();
  growth.transfers = tail.x.back() - tail.x.front();
  growth.whole = tail.y.back() - tail.y.front();
  if (!growth.line) return growth;
  for (std::size_t i = 1; i < tail.x.size(); ++i) growth.paces.push_back(pace(tail, i - 1, i));
  growth.kind = GrowthKind::flat;
  growth.brief = tail.x.size() < brief_points || growth.transfers < brief_transfers;
  const double per_transfer = limits.per_transfer_of(growth);
  if (growth.line->slope <= per_transfer || growth.whole <= limits.whole_of(growth)) return growth;
  if (levels_off(tail)) {
    growth.kind = GrowthKind::plateau;
  } else if (given_back(series, tail)) {
    growth.kind = GrowthKind::returned;
  } else {
    growth.kind = growth.line->slope_range.low > per_transfer ? GrowthKind::leak : GrowthKind::uncertain;
  }
  return growth;
}

std::optional<Growth> growth_after_warm_up(const QuietSeries& series, const GrowthLimits& limits) {
  // An exponential approach to a plateau that has fallen to a third from half to half falls to 0.58 from
  // quarter to quarter.
  constexpr double steady = 0.6;
  if (series.before || judge_growth(series, limits).kind != GrowthKind::plateau) return std::nullopt;
  const std::size_t first = 1 + (series.values.size() - 1) / 2;
  // With the point before it, since a tail leaves its first point out.
  QuietSeries late = series;
  for (auto member : {&QuietSeries::transfers, &QuietSeries::values})
    (late.*member)
        .erase((late.*member).begin(), (late.*member).begin() + static_cast<std::ptrdiff_t>(first - 1));
  const Growth growth = judge_growth(late, limits);
  if (growth.kind != GrowthKind::leak || growth.brief) return std::nullopt;
  const Later tail = tail_of(late, false);
  const std::size_t middle = tail.x.size() / 2;
  const bool slows_down = pace(tail, middle, tail.x.size() - 1) < steady * pace(tail, 0, middle);
  return slows_down ? std::nullopt : std::optional(growth);
}

bool outpaces(const Growth& growth, double per_transfer) {
  constexpr std::size_t paces_min = 3;
  constexpr double two_sided_p_max = 0.1;
  if (growth.paces.size() < paces_min) return false;
  std::vector<double> beyond;
  for (const double pace : growth.paces) beyond.push_back(pace - per_transfer);
  if (std::ranges::all_of(beyond, [](double difference) { return difference > 0; })) return true;
  const auto test = statistics::wilcoxon_signed_rank(beyond);
  if (!test) return false;
  const auto used = static_cast<double>(test->used);
  return test->w_plus > used * (used + 1) / 4 && test->p <= two_sided_p_max;
}

GrowthRate rate_of(const Growth& growth, std::string what, double unit) {
  return {std::move(what), growth.line->slope, growth.line->slope_range,
          unit / std::max(growth.transfers, 1.0), growth.paces};
}

}  // namespace bftp::judge
