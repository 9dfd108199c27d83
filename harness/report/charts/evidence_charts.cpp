#include "harness/report/charts/evidence_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "harness/report/figures.hpp"

namespace bftp::report {
namespace {

constexpr std::size_t line_points_min = 40;
/// One picture does not hold more lines than that.
constexpr std::size_t lines_max = 8;

bool is_drawable(const judge::Series& series) {
  return !series.x.empty() && series.x.size() == series.y.size();
}

/// A check draws its limit beside what it measured.
bool is_limit(const judge::Series& series) {
  return series.title.starts_with("limit");
}

/// Few points are joined by a line; many are drawn as they are, since a line through noise is a smear.
Draw draw_for(const judge::Series& series) {
  if (series.holds) return Draw::steps;
  const bool ordered = std::is_sorted(series.x.begin(), series.x.end());
  return ordered && series.x.size() <= line_points_min ? Draw::line : Draw::points;
}

View& view_for(Chart& chart, const judge::Series& series) {
  for (View& view : chart.views) {
    if (view.x.label == series.x_label && view.y.label == series.y_label && view.lines.size() < lines_max)
      return view;
  }
  View& view = chart.views.emplace_back();
  view.name = series.title;
  view.x.label = series.x_label;
  view.y.label = series.y_label;
  return view;
}

/// Zero belongs into the picture unless it would press everything into a thin line at the top.
bool wants_zero(const View& view) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const Line& line : view.lines) {
    const auto [low, high] = std::minmax_element(line.points.y.begin(), line.points.y.end());
    least = std::min(least, *low), most = std::max(most, *high);
  }
  return least < 0.7 * most;
}

std::string figures_text(const judge::Series& series) {
  const auto [least, most] = std::minmax_element(series.y.begin(), series.y.end());
  return fmt::format("{}, from {} to {} {}, last {}", counted(series.x.size(), "point", "points"),
                     significant(*least), significant(*most), series.y_label, significant(series.y.back()));
}

}  // namespace

std::vector<Chart> evidence_charts(std::span<const judge::Verdict> verdicts) {
  std::vector<Chart> charts;
  for (const judge::Verdict& verdict : verdicts) {
    Chart chart{evidence_chart_id(verdict), {}, {}, {}, {}};
    for (const judge::Series& series : verdict.series) {
      if (!is_drawable(series)) continue;
      View& view = view_for(chart, series);
      const std::string tone =
          is_limit(series) ? "limit" : fmt::format("client-{}", view.lines.size() % lines_max);
      view.lines.push_back({series.title, tone, draw_for(series), {series.x, series.y}});
      if (view.figures.empty()) view.figures = figures_text(series);
    }
    if (!chart.views.empty()) chart.title = chart.views.front().name;
    for (View& view : chart.views) view.y.from_zero = wants_zero(view);
    if (!chart.views.empty()) charts.push_back(std::move(chart));
  }
  return charts;
}

std::string evidence_chart_id(const judge::Verdict& verdict) {
  return "evidence-" + verdict.id;
}

}  // namespace bftp::report
