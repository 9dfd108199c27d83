#include <fmt/format.h>

#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/html/key_figures.hpp"
#include "harness/report/html/sections.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

std::string_view symbol(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "✓";
    case Outcome::failed:
      return "✗";
    case Outcome::inconclusive:
      return "?";
    case Outcome::harness_failed:
      return "!";
  }
  return "!";
}

std::string_view title(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "Passed";
    case Outcome::failed:
      return "Failed";
    case Outcome::inconclusive:
      return "Inconclusive";
    case Outcome::harness_failed:
      return "Not judged";
  }
  return "Not judged";
}

/// "2026-01-31T12:00:00Z" as "2026-01-31 12:00 UTC"; anything else as it is.
std::string started_text(const std::string& utc) {
  if (utc.size() != 20 || utc[10] != 'T' || utc[19] != 'Z') return utc;
  return fmt::format("{} {} UTC", utc.substr(0, 10), utc.substr(11, 5));
}

void write_reasons(Markup& page, const RunReport& report) {
  const StatusCounts counts = count_statuses(report.verdicts);
  if (counts.fail + counts.inconclusive == 0) return;
  page.raw("<ul class=\"reasons\">\n");
  for (const judge::Verdict* verdict : by_urgency(report.verdicts)) {
    if (verdict->status != judge::Status::fail && verdict->status != judge::Status::inconclusive) continue;
    page.raw("<li>");
    write_pill(page, verdict->status);
    page.open("a", {{"href", "#" + check_anchor(*verdict)}})
        .text_at_most(verdict->summary, 300)
        .raw("</a></li>\n");
  }
  page.raw("</ul>\n");
}

void write_key_figures(Markup& page, const record::RunRecord& record) {
  page.raw("<dl class=\"tiles\">\n");
  for (const KeyFigure& figure : key_figures(record)) {
    page.raw("<div class=\"tile\">")
        .element("dt", figure.name)
        .element("dd", figure.value, {{"class", "value"}});
    page.raw("<dd class=\"remark\">").text_at_most(figure.remark, 120).raw("</dd></div>\n");
  }
  page.raw("</dl>\n");
}

void write_warnings(Markup& page, const RunReport& report) {
  const record::RunRecord& record = report.record;
  // Where the harness failed, the sentence under the verdict has said so.
  const bool cut_short = record.state != record::RunState::complete && !record.state_text.empty() &&
                         outcome(report) != Outcome::harness_failed;
  const std::string cause = beneath_headline(report);
  if (record.warnings.empty() && !cut_short && cause.empty()) return;
  page.raw("<aside class=\"notes\" aria-label=\"Remarks on this run\"><h2>Keep in mind</h2><ul>\n");
  if (cut_short) page.raw("<li>").text_at_most(record.state_text, 500).raw("</li>\n");
  if (!cause.empty()) page.raw("<li><pre>").text_at_most(cause, 4000).raw("</pre></li>\n");
  for (const record::Warning& warning : record.warnings) {
    page.raw("<li>").text_at_most(warning.text, 500).raw("</li>\n");
  }
  page.raw("</ul></aside>\n");
}

}  // namespace

void write_verdict(Markup& page, const RunReport& report) {
  const record::RunRecord& record = report.record;
  const Outcome result = outcome(report);
  page.open("header", {{"class", fmt::format("verdict is-{}", key(result))}, {"id", "verdict"}});
  page.raw("\n<p class=\"eyebrow\">bftp-torture report <span aria-hidden=\"true\">·</span> ");
  page.text(started_text(record.started_utc)).raw("</p>\n<h1><span class=\"mark\" aria-hidden=\"true\">");
  page.raw(symbol(result)).raw("</span>").text(title(result)).raw("</h1>\n");
  page.raw("<p class=\"lede\">").text_at_most(headline(report), 600).raw(".</p>\n");
  write_reasons(page, report);
  page.raw("<dl class=\"subject\"><dt>Server</dt><dd>");
  if (record.plan.server.kind == plan::ServerKind::command) page.raw("<code>");
  page.text_at_most(server_text(record), 500);
  if (record.plan.server.kind == plan::ServerKind::command) page.raw("</code>");
  page.raw("</dd><dt>Work</dt><dd>").text(work_text(record)).raw("</dd></dl>\n</header>\n");
  write_key_figures(page, record);
  write_warnings(page, report);
}

}  // namespace bftp::report
