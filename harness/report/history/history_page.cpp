#include "harness/report/history/history_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "harness/judge/metrics.hpp"
#include "harness/report/charts/chart.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/history/history_words.hpp"
#include "harness/report/html/frame.hpp"
#include "harness/report/html/table.hpp"

namespace bftp::report {
namespace {

using history::Trend;
using history::Trends;

/// A view of one trend: its values, their intervals, and marks where it changes.
View view_of(const Trends& trends, const Trend& trend) {
  View view;
  view.name = trend.like.fixture.empty() ? "all work" : trend.like.fixture;
  view.group = trend.like.op == "get" ? "GET" : trend.like.op == "put" ? "PUT" : "";
  view.x.label = "run, in order of time";
  view.y.label = trend.unit;
  Line values{"value", "server", Draw::line, {}}, low{"95 % interval, low", "control", Draw::line, {}},
      high{"95 % interval, high", "control", Draw::line, {}},
      changed{"first after a change", "different", Draw::points, {}};
  for (std::size_t i = 0; i < trend.values.size(); ++i) {
    const auto x = static_cast<double>(trend.runs[i] + 1);
    values.points.add(x, trend.values[i]);
    if (trend.low[i] && trend.high[i] && *trend.low[i] < *trend.high[i]) {
      low.points.add(x, *trend.low[i]);
      high.points.add(x, *trend.high[i]);
    }
  }
  for (const auto& change : trend.changes) {
    changed.points.add(static_cast<double>(trend.runs[change.index] + 1), trend.values[change.index]);
    view.figures += (view.figures.empty() ? "" : "; ") + change_text(trends, trend, change);
  }
  if (trend.changes.empty())
    view.figures = fmt::format("No change found in {}.", counted(trend.values.size(), "run", "runs"));
  for (Line* line : {&values, &low, &high, &changed})
    if (!line->points.x.empty()) view.lines.push_back(std::move(*line));
  return view;
}

/// A chart for each quantity, with a view for each operation and file; views with changes first.
std::vector<Chart> charts_of(const Trends& trends) {
  std::vector<Chart> charts;
  std::vector<const Trend*> ordered;
  for (const Trend& trend : trends.trends) ordered.push_back(&trend);
  std::stable_sort(ordered.begin(), ordered.end(), [](const Trend* a, const Trend* b) {
    const auto* x = judge::find_quantity(a->like.name);
    const auto* y = judge::find_quantity(b->like.name);
    return std::tuple(x, a->changes.empty()) < std::tuple(y, b->changes.empty());
  });
  for (const Trend* trend : ordered) {
    if (charts.empty() || charts.back().id != trend->like.name) {
      const judge::Quantity* quantity = judge::find_quantity(trend->like.name);
      Chart& chart = charts.emplace_back();
      chart.id = trend->like.name;
      chart.title = trend->like.name;
      if (quantity != nullptr) chart.look_for = std::string(quantity->about) + ".";
    }
    charts.back().views.push_back(view_of(trends, *trend));
  }
  return charts;
}

void write_changes(Markup& page, const Trends& trends) {
  bool any = false;
  for (const Trend& trend : trends.trends)
    for (const auto& change : trend.changes) {
      if (!any) page.raw("<ul class=\"reasons\">\n");
      any = true;
      page.raw("<li><a href=\"#chart-")
          .text(trend.like.name)
          .raw("\">")
          .text_at_most(record::label_of(trend.like), 200);
      page.raw("</a>&nbsp;").text_at_most(change_text(trends, trend, change), 400).raw("</li>\n");
    }
  if (any) page.raw("</ul>\n");
}

void write_title(Markup& page, const Trends& trends) {
  page.raw("<header class=\"verdict\" id=\"verdict\">\n<p class=\"eyebrow\">bftp-torture history</p>\n<h1>");
  page.text(counted(trends.runs.size(), "run", "runs")).raw("</h1>\n");
  if (!trends.runs.empty()) {
    const auto& newest = trends.runs.back();
    page.raw("<p class=\"lede\">").text_at_most(newest.server, 500).raw(", ");
    page.text(trends.runs.front().started_utc.substr(0, 10))
        .raw(" to ")
        .text(newest.started_utc.substr(0, 10));
    page.raw(", on ").text_at_most(newest.machine.cpu_model, 200).raw(" (");
    page.text(counted(newest.machine.cores, "core", "cores")).raw(").</p>\n");
  }
  write_changes(page, trends);
  page.raw("</header>\n");
  if (trends.left_out.empty() && !trends.unlike_machines && trends.other_reference.empty()) return;
  page.raw("<aside class=\"notes\" aria-label=\"Remarks\"><h2>Keep in mind</h2><ul>\n");
  if (trends.unlike_machines)
    page.raw(
        "<li>Runs of unlike machines are side by side, as asked for: raw figures differ because of the "
        "machine, so no change was looked for.</li>\n");
  for (const std::size_t run : trends.other_reference)
    page.raw("<li>")
        .text_at_most("Mind that " + history::other_reference_text(trends, run) +
                          "; ratios to it are compared on each side by itself.",
                      400)
        .raw("</li>\n");
  for (const auto& left : trends.left_out)
    page.raw("<li>Left out: ")
        .text(counted(left.runs, "run", "runs"))
        .raw(" that ")
        .text_at_most(left.why, 400)
        .raw("</li>\n");
  page.raw("</ul></aside>\n");
}

void write_runs(Markup& page, const Trends& trends) {
  Table table{"Runs in order of time",
              {{"run", true},
               {"started"},
               {"name"},
               {"commit"},
               {"verdict"},
               {"host"},
               {"failed checks", false, true},
               {"folder", false, true}},
              {}};
  for (std::size_t i = 0; i < trends.runs.size(); ++i) {
    const auto& run = trends.runs[i];
    std::string failed;
    for (const auto& check : run.checks)
      if (check.status == "fail") failed += (failed.empty() ? "" : ", ") + check.id;
    table.rows.push_back({Cell::count(i + 1),
                          {run.started_utc, std::nullopt, false},
                          {run.name, std::nullopt, false},
                          {commit_text(run), std::nullopt, true},
                          {outcome_word(run), std::nullopt, false},
                          {run.machine.hostname, std::nullopt, false},
                          {failed, std::nullopt, false},
                          {run.folder, std::nullopt, true}});
  }
  page.raw("<section id=\"runs\" aria-labelledby=\"runs-title\">\n<h2 id=\"runs-title\">Runs</h2>\n");
  table.write(page);
  page.raw("</section>\n");
}

}  // namespace

std::string history_page(const Trends& trends, const Assets& assets) {
  const auto charts = charts_of(trends);
  Markup page;
  write_head(page, "History", assets);
  page.raw("<main>\n");
  write_title(page, trends);
  page.raw("<section id=\"trends\" aria-labelledby=\"trends-title\">\n<h2 id=\"trends-title\">Trends</h2>\n");
  for (const Chart& chart : charts) {
    open_figure(page, chart);
    page.raw("</figure>\n");
  }
  page.raw("</section>\n");
  write_runs(page, trends);
  page.raw("</main>\n");
  write_tail(page,
             {{"transfers", boost::json::array()},
              {"resources", boost::json::array()},
              {"evidence", to_json(charts)}},
             assets);
  return page.take();
}

}  // namespace bftp::report
