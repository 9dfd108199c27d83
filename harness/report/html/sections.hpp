#pragma once

#include <string>

#include "harness/report/charts/chart.hpp"
#include "harness/report/html/markup.hpp"
#include "harness/report/run_report.hpp"

/// The page's parts in reading order. Each writes one <section> (or header) and is readable without scripts.
namespace bftp::report {

void write_verdict(Markup& page, const RunReport& report);
/// Of `compare` alone; nothing for other runs.
void write_comparison(Markup& page, const RunReport& report);
void write_checks(Markup& page, const RunReport& report, const PageCharts& charts);
void write_charts(Markup& page, const RunReport& report, const PageCharts& charts);
void write_figures(Markup& page, const RunReport& report);
void write_run(Markup& page, const RunReport& report);

/// "check-uniformity.stalls", the anchor of a check.
std::string check_anchor(const judge::Verdict& verdict);
/// A status as symbol and word, so that no meaning hangs on colour alone.
void write_pill(Markup& page, judge::Status status);
/// The frame of a chart: title, canvas, caption. The script fills the canvas.
void write_chart(Markup& page, const Chart& chart, const RunReport& report);

}  // namespace bftp::report
