#include "harness/report/html/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "harness/report/charts/evidence_charts.hpp"
#include "harness/report/charts/resource_charts.hpp"
#include "harness/report/charts/transfer_charts.hpp"
#include "harness/report/html/frame.hpp"
#include "harness/report/html/sections.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

/// Points in the page: of one line, and of all lines of a kind; together below 20,000. Chart.js draws some
/// thousand at once without a pause that a reader would notice. Distributions and tails have few points and
/// stay whole.
constexpr std::size_t line_points_max = 2'000;
constexpr std::size_t transfer_points_max = 14'000;
constexpr std::size_t main_view_points_max = 3'000;
constexpr std::size_t resource_points_max = 3'500;
constexpr std::size_t evidence_points_max = 2'500;

/// The view that the reader sees first gets its share before all others.
void thin_speed(std::vector<Chart>& transfers) {
  if (transfers.empty()) return;
  const std::span<View> views(transfers.front().views);
  const std::size_t fixed = count_points(std::span(transfers).subspan(1));
  const std::size_t speed_points_max = transfer_points_max - std::min(fixed, transfer_points_max);
  thin_lines(views.first(1), line_points_max, std::min(main_view_points_max, speed_points_max));
  const std::size_t used = count_points(views.first(1));
  thin_lines(views.subspan(1), line_points_max, speed_points_max - std::min(used, speed_points_max));
}

void thin_kind(std::vector<Chart>& charts, std::size_t points_max) {
  std::vector<std::size_t> wanted;
  for (const Chart& chart : charts) wanted.push_back(count_points(std::span(&chart, 1)));
  const std::vector<std::size_t> shares = share_budget(wanted, points_max);
  for (std::size_t at = 0; at < charts.size(); ++at)
    thin_lines(charts[at].views, line_points_max, shares[at]);
}

PageCharts charts_of(const RunReport& report) {
  // A comparison draws its own pictures; these are about one server, and a control at its side.
  if (report.record.comparison) return {{}, {}, evidence_charts(report.verdicts)};
  PageCharts charts{transfer_charts(report.record), resource_charts(report.record),
                    evidence_charts(report.verdicts)};
  thin_speed(charts.transfers);
  thin_kind(charts.resources, resource_points_max);
  thin_kind(charts.evidence, evidence_points_max);
  return charts;
}

void write_navigation(Markup& page, const RunReport& report, bool has_transfers, bool has_resources) {
  page.raw("<a class=\"skip\" href=\"#checks\">Skip to the checks</a>\n<nav aria-label=\"Sections\"><div>");
  page.open("a", {{"href", "#verdict"}, {"class", fmt::format("brand is-{}", key(outcome(report)))}});
  page.raw("<span class=\"dot\" aria-hidden=\"true\"></span>").text(word(outcome(report))).raw("</a>");
  if (report.record.comparison) page.raw("<a href=\"#comparison\">Base and head</a>");
  page.raw("<a href=\"#checks\">Checks</a>");
  if (has_transfers) page.raw("<a href=\"#transfers\">Transfers</a>");
  if (has_resources) page.raw("<a href=\"#resources\">Resources</a>");
  if (has_transfers) page.raw("<a href=\"#figures\">Figures</a>");
  page.raw("<a href=\"#run\">Run</a></div></nav>\n<main>\n");
}

}  // namespace

std::string html_page(const RunReport& report, const Assets& assets) {
  const PageCharts charts = charts_of(report);
  Markup page;
  write_head(page, fmt::format("{}: {}", word(outcome(report)), server_text(report.record)), assets);
  write_navigation(page, report, !charts.transfers.empty(), !charts.resources.empty());
  write_verdict(page, report);
  write_comparison(page, report);
  write_checks(page, report, charts);
  write_charts(page, report, charts);
  if (!report.record.comparison) write_figures(page, report);
  write_run(page, report);
  page.raw("</main>\n<footer><p>bftp-torture ").text(report.record.version).raw("</p></footer>\n");
  write_tail(page,
             {{"transfers", to_json(charts.transfers)},
              {"resources", to_json(charts.resources)},
              {"evidence", to_json(charts.evidence)}},
             assets);
  return page.take();
}

}  // namespace bftp::report
