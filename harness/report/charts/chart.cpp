#include "harness/report/charts/chart.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/object.hpp>

#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"

namespace bftp::report {
namespace {

namespace json = boost::json;

/// A canvas shows text as it is, so what could hide or reorder it is made visible here.
json::string shown(const std::string& value) {
  return json::string(visible_at_most(value, 200));
}

json::array numbers(const std::vector<double>& values) {
  json::array array;
  array.reserve(values.size());
  for (const double value : values) {
    const double shorter = rounded(value, 5);
    const auto whole = static_cast<std::int64_t>(std::clamp(shorter, -1e15, 1e15));
    if (static_cast<double>(whole) == shorter)
      array.push_back(whole);
    else
      array.push_back(shorter);
  }
  return array;
}

json::string_view word(Draw draw) {
  switch (draw) {
    case Draw::points:
      return "points";
    case Draw::line:
      return "line";
    case Draw::area:
      return "area";
    case Draw::steps:
      return "steps";
    case Draw::level:
      return "level";
  }
  return "line";
}

json::object axis_json(const Axis& axis) {
  return {{"label", shown(axis.label)}, {"log", axis.logarithmic}, {"zero", axis.from_zero}};
}

json::object view_json(const View& view) {
  json::array lines, bands;
  for (const Line& line : view.lines) {
    lines.push_back(json::object{{"label", shown(line.label)},
                                 {"tone", shown(line.tone)},
                                 {"draw", word(line.draw)},
                                 {"x", numbers(line.points.x)},
                                 {"y", numbers(line.points.y)}});
  }
  for (const Band& band : view.bands) {
    bands.push_back(json::array{rounded(band.from, 6), rounded(band.to, 6), shown(band.kind)});
  }
  return {{"name", shown(view.name)},      {"group", shown(view.group)}, {"x", axis_json(view.x)},
          {"y", axis_json(view.y)},        {"lines", std::move(lines)},  {"bands", std::move(bands)},
          {"figures", shown(view.figures)}};
}

}  // namespace

const Chart* PageCharts::find(std::string_view id) const {
  for (const auto* charts : {&transfers, &resources, &evidence}) {
    for (const Chart& chart : *charts) {
      if (chart.id == id) return &chart;
    }
  }
  return nullptr;
}

json::array to_json(const std::vector<Chart>& charts) {
  json::array array;
  for (const Chart& chart : charts) {
    json::array views;
    for (const View& view : chart.views) views.push_back(view_json(view));
    array.push_back(
        json::object{{"id", shown(chart.id)}, {"title", shown(chart.title)}, {"views", std::move(views)}});
  }
  return array;
}

std::size_t count_points(std::span<const View> views) {
  std::size_t count = 0;
  for (const View& view : views) {
    for (const Line& line : view.lines) count += line.points.size();
  }
  return count;
}

std::size_t count_points(std::span<const Chart> charts) {
  std::size_t count = 0;
  for (const Chart& chart : charts) count += count_points(chart.views);
  return count;
}

void thin_lines(std::span<View> views, std::size_t line_max, std::size_t total_max) {
  std::vector<std::size_t> wanted;
  for (const View& view : views) {
    for (const Line& line : view.lines) wanted.push_back(std::min(line.points.size(), line_max));
  }
  const std::vector<std::size_t> shares = share_budget(wanted, total_max);
  std::size_t at = 0;
  for (View& view : views) {
    for (Line& line : view.lines) {
      const std::size_t share = std::max(shares[at++], std::size_t{4});
      line.points = line.draw == Draw::points ? thin_cloud(line.points, share) : thin(line.points, share);
    }
  }
}

}  // namespace bftp::report
