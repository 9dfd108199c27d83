#include <algorithm>

#include "harness/report/html/frame.hpp"
#include "harness/report/html/sections.hpp"

namespace bftp::report {
namespace {

void write_judged_by(Markup& page, const Chart& chart, const RunReport& report) {
  bool first = true;
  for (const judge::Verdict& verdict : report.verdicts) {
    const auto& categories = chart.judged_by;
    if (std::find(categories.begin(), categories.end(), verdict.category) == categories.end()) continue;
    page.raw(first ? "<p class=\"judged\">Judged by " : ", ");
    page.element("a", verdict.id, {{"href", "#" + check_anchor(verdict)}});
    first = false;
  }
  if (!first) page.raw("</p>");
}

void write_legend(Markup& page) {
  page.raw(
      "<p class=\"keys\"><span class=\"key key-block\"></span>the server under test at work "
      "<span class=\"key key-idle\"></span>watched while idle "
      "<span class=\"key key-stalled\"></span>watched while clients stall</p>\n");
}

}  // namespace

void write_chart(Markup& page, const Chart& chart, const RunReport& report) {
  open_figure(page, chart);
  write_judged_by(page, chart, report);
  page.raw("</figure>\n");
}

void write_charts(Markup& page, const RunReport& report, const PageCharts& charts) {
  const auto& transfers = charts.transfers;
  const auto& resources = charts.resources;
  if (!transfers.empty()) {
    page.raw(
        "<section id=\"transfers\" aria-labelledby=\"transfers-title\">\n<div class=\"bar\">"
        "<h2 id=\"transfers-title\">Transfers</h2><div class=\"chooser\" data-chooser></div></div>\n"
        "<noscript><p class=\"empty\">The charts need scripts. The tables under “Figures” say the same in "
        "numbers."
        "</p></noscript>\n");
    write_chart(page, transfers.front(), report);
    page.raw("<div class=\"pair\">\n");
    for (std::size_t at = 1; at < transfers.size(); ++at) write_chart(page, transfers[at], report);
    page.raw("</div>\n</section>\n");
  }
  if (!resources.empty()) {
    page.raw(
        "<section id=\"resources\" aria-labelledby=\"resources-title\">\n"
        "<h2 id=\"resources-title\">The server’s resources</h2>\n");
    write_legend(page);
    for (const Chart& chart : resources) write_chart(page, chart, report);
    page.raw("</section>\n");
  }
}

}  // namespace bftp::report
