#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/report/charts/evidence_charts.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/html/sections.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;

constexpr std::size_t text_in_check_max = 6'000;

std::string_view symbol_of_status(Status status) {
  switch (status) {
    case Status::pass:
      return "✓";
    case Status::fail:
      return "✗";
    case Status::warn:
      return "!";
    case Status::inconclusive:
      return "?";
    case Status::skip:
      return "–";
  }
  return "";
}

/// The chart of the page that shows what a category judges.
std::string_view chart_of(judge::Category category) {
  switch (category) {
    case judge::Category::identity:
    case judge::Category::uniformity:
      return "speed";
    case judge::Category::cpu:
      return "cpu";
    case judge::Category::memory:
      return "memory";
    case judge::Category::handles:
      return "handles";
    default:
      return {};
  }
}

void write_row(Markup& page, const Verdict& verdict) {
  page.raw(fmt::format("<tr><td data-v=\"{}\">", urgency(verdict.status)));
  write_pill(page, verdict.status);
  page.raw("</td><th scope=\"row\">").open("a", {{"href", "#" + check_anchor(verdict)}});
  page.text_at_most(verdict.title.empty() ? verdict.id : verdict.title, 200).raw("</a><br>");
  page.element("code", verdict.id, {{"class", "id"}}).raw("</th><td>").text_at_most(verdict.measured, 200);
  page.raw("</td><td>").text_at_most(verdict.limit, 200).raw("</td></tr>\n");
}

void write_overview(Markup& page, const std::vector<const Verdict*>& verdicts) {
  page.raw(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"All checks\"><table "
      "class=\"sortable checks\">"
      "<caption class=\"quiet\">All checks that were made, failures first.</caption>\n<thead><tr><th "
      "scope=\"col\">Status</th>"
      "<th scope=\"col\">Check</th><th scope=\"col\">Measured</th><th "
      "scope=\"col\">Limit</th></tr></thead>\n<tbody>\n");
  for (const Verdict* verdict : verdicts)
    if (verdict->status != Status::skip) write_row(page, *verdict);
  page.raw("</tbody></table></div>\n");
}

void write_facts(Markup& page, const Verdict& verdict) {
  page.raw("<dl class=\"facts\">");
  const auto fact = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    page.raw("<div>").element("dt", name).raw("<dd>").text_at_most(value, 300).raw("</dd></div>");
  };
  fact("Measured", verdict.measured);
  fact("Limit", verdict.limit);
  fact("Confidence", verdict.confidence);
  if (!verdict.clauses.empty()) fact("Clauses", fmt::format("{}", fmt::join(verdict.clauses, ", ")));
  page.raw("</dl>\n");
}

void write_evidence_files(Markup& page, const Verdict& verdict) {
  if (verdict.evidence_files.empty()) return;
  page.raw("<h4>Evidence</h4><p>Beside this page, in <code>evidence/</code>:");
  for (const std::string& file : verdict.evidence_files) page.raw(" ").element("code", file);
  page.raw("</p>\n");
}

/// Lines that stay lines. None: nothing.
void write_lines(Markup& page, std::string_view heading, const std::string& lines) {
  if (lines.empty()) return;
  page.element("h4", heading).raw("<pre class=\"command\"><code>").text_at_most(lines, text_in_check_max);
  page.raw("</code></pre>\n");
}

void write_body(Markup& page, const Verdict& verdict, const RunReport& report, const PageCharts& charts) {
  page.raw("<div class=\"body\">\n<p class=\"summary\">")
      .text_at_most(verdict.summary, text_in_check_max)
      .raw("</p>\n");
  write_facts(page, verdict);
  const Chart* evidence = charts.find(evidence_chart_id(verdict));
  if (evidence != nullptr) write_chart(page, *evidence, report);
  page.raw("<div class=\"story\">\n");
  for (const auto& [heading, text] : explanations(verdict)) {
    page.raw("<div>")
        .element("h4", heading)
        .raw("<p>")
        .text_at_most(text, text_in_check_max)
        .raw("</p></div>\n");
  }
  page.raw("</div>\n");
  write_evidence_files(page, verdict);
  write_lines(page, "On the wire", wire_text(verdict));
  write_lines(page, "See it again", verdict.reproduce);
  if (verdict.alone != verdict.reproduce) write_lines(page, "Try this case alone", verdict.alone);
  const std::string_view chart = chart_of(verdict.category);
  if (!chart.empty() && charts.find(chart) != nullptr) {
    page.raw("<p class=\"see\"><a href=\"#chart-").raw(chart).raw("\">See it in the run’s chart</a></p>\n");
  }
  page.raw("</div>\n");
}

void write_check(Markup& page, const Verdict& verdict, const RunReport& report, const PageCharts& charts) {
  const bool open = verdict.status == Status::fail || verdict.status == Status::inconclusive;
  page.raw(open ? "<details open" : "<details").raw(" class=\"check is-").raw(to_string(verdict.status));
  page.raw("\" id=\"").text(check_anchor(verdict)).raw("\"><summary>");
  write_pill(page, verdict.status);
  page.raw("<h3>").text_at_most(verdict.title.empty() ? verdict.id : verdict.title, 200).raw("</h3>");
  page.element("code", verdict.id, {{"class", "id"}});
  page.raw("<span class=\"measured\">").text_at_most(verdict.measured, 120).raw("</span></summary>\n");
  write_body(page, verdict, report, charts);
  page.raw("</details>\n");
}

}  // namespace

std::string check_anchor(const Verdict& verdict) {
  return "check-" + verdict.id;
}

void write_pill(Markup& page, Status status) {
  page.open("span", {{"class", fmt::format("pill is-{}", to_string(status))}});
  page.raw("<span aria-hidden=\"true\">")
      .raw(symbol_of_status(status))
      .raw("</span> ")
      .text(status_text(status))
      .raw("</span>");
}

void write_checks(Markup& page, const RunReport& report, const PageCharts& charts) {
  const auto verdicts = by_urgency(report.verdicts);
  page.raw("<section id=\"checks\" aria-labelledby=\"checks-title\">\n<h2 id=\"checks-title\">Checks</h2>\n");
  if (verdicts.empty()) {
    page.raw("<p class=\"empty\">No check was made: the run did not get that far.</p>\n</section>\n");
    return;
  }
  write_overview(page, verdicts);
  const auto skipped = std::find_if(verdicts.begin(), verdicts.end(),
                                    [](const Verdict* verdict) { return verdict->status == Status::skip; });
  const auto quiet = std::find_if(verdicts.begin(), skipped,
                                  [](const Verdict* verdict) { return !needs_explaining(*verdict); });
  if (quiet != verdicts.begin()) page.raw("<h3>What went wrong, and why</h3>\n");
  for (auto at = verdicts.begin(); at != quiet; ++at) write_check(page, **at, report, charts);
  if (quiet != skipped)
    page.raw("<h3>What was found in order, and how it was judged</h3>\n<div class=\"group\">\n");
  for (auto at = quiet; at != skipped; ++at) write_check(page, **at, report, charts);
  if (quiet != skipped) page.raw("</div>\n");
  if (skipped != verdicts.end()) {
    const auto count = static_cast<std::size_t>(verdicts.end() - skipped);
    page.raw("<h3>What was not judged</h3>\n<details class=\"check is-skip\"><summary><h3>")
        .text(counted(count, "check was", "checks were"))
        .raw(" not asked for, or not applicable</h3></summary>\n<div class=\"group\">\n");
    for (auto at = skipped; at != verdicts.end(); ++at) write_check(page, **at, report, charts);
    page.raw("</div></details>\n");
  }
  page.raw("</section>\n");
}

}  // namespace bftp::report
