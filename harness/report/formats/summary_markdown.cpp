#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/report/comparison_text.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/format.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;

/// GitHub drops a step's summary of more than 1 MiB altogether.
constexpr std::size_t page_max_bytes = 900u << 10;
constexpr std::size_t cell_max = 200;
constexpr std::size_t text_max = 4'000;

std::string_view symbol(Status status) {
  switch (status) {
    case Status::pass:
      return "✅";
    case Status::fail:
      return "❌";
    case Status::warn:
      return "⚠️";
    case Status::inconclusive:
      return "❔";
    case Status::skip:
      return "⏭️";
  }
  return "";
}

std::string_view symbol(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "✅";
    case Outcome::failed:
      return "❌";
    default:
      return "❔";
  }
}

std::string cell(std::string_view text) {
  return markdown(visible_at_most(text, cell_max));
}

/// Inside <pre> nothing is Markdown; a blank line would end some HTML blocks, but not this one
/// (CommonMark 4.6, kind 1).
std::string preformatted(std::string_view text) {
  return fmt::format("<pre>{}</pre>\n", html_text(visible_at_most(text, text_max, Keep::lines)));
}

/// A paragraph whose lines stay lines.
std::string prose(std::string_view text) {
  std::string out;
  const std::string whole = visible_at_most(text, text_max, Keep::lines);
  for (std::size_t at = 0; at <= whole.size();) {
    const std::size_t stop = std::min(whole.find('\n', at), whole.size());
    if (at > 0) out += "<br>";
    out += markdown(std::string_view(whole).substr(at, stop - at));
    at = stop + 1;
  }
  return out;
}

std::string row(const Verdict& verdict) {
  return fmt::format("| {} {} | {}<br><sub>{}</sub> | {} | {} |\n", symbol(verdict.status),
                     status_text(verdict.status), cell(verdict.title), cell(verdict.id),
                     cell(verdict.measured), cell(verdict.limit));
}

std::string details(const Verdict& verdict) {
  std::string text =
      fmt::format("<details><summary>{} <b>{}</b>: {}</summary>\n\n", symbol(verdict.status),
                  html_text(visible(verdict.id)), html_text(visible_at_most(verdict.summary, cell_max)));
  for (const auto& [heading, words] : explanations(verdict)) {
    text += fmt::format("**{}**: {}\n\n", heading, prose(words));
  }
  if (!verdict.wire.empty()) text += fmt::format("**On the wire**\n\n{}\n", preformatted(wire_text(verdict)));
  if (!verdict.confidence.empty()) text += fmt::format("**Confidence**: {}\n\n", cell(verdict.confidence));
  if (!verdict.reproduce.empty())
    text += fmt::format("**To see it again**\n\n{}\n", preformatted(verdict.reproduce));
  if (!verdict.alone.empty() && verdict.alone != verdict.reproduce)
    text += fmt::format("**To try this case alone**\n\n{}\n", preformatted(verdict.alone));
  return text + "</details>\n\n";
}

std::string server_endings(const record::RunRecord& record) {
  std::string text;
  for (const auto& end : record.server_ends) {
    if (end.arm != record::Arm::server || !end.by_itself) continue;
    std::string lines;
    for (const auto& line : end.last_lines) lines += line + "\n";
    text += fmt::format("<details><summary>The server {}</summary>\n\n{}\n</details>\n\n",
                        html_text(server_end_text(end)), preformatted(lines));
  }
  return text;
}

std::string head(const RunReport& report) {
  const record::RunRecord& record = report.record;
  std::string text =
      fmt::format("## {} bftp-torture: {}\n\n{}.\n\n", symbol(outcome(report)), word(outcome(report)),
                  markdown(visible_at_most(headline(report), text_max)));
  if (const std::string more = beneath_headline(report); !more.empty()) text += preformatted(more) + "\n";
  text += fmt::format(
      "| | |\n| --- | --- |\n| Server | {} |\n| Plan | {} |\n| Transfers | {} in {} |\n| Machine | {} |\n\n",
      cell(server_text(record)), cell(work_text(record)), cell(transfers_text(record)),
      seconds_text(record.duration_s),
      cell(fmt::format("{}, {}, {}", record.machine.cpu_model, counted(record.machine.cores, "core", "cores"),
                       record.machine.os)));
  for (const auto& warning : record.warnings) text += fmt::format("> ⚠️ {}\n\n", cell(warning.text));
  if (const std::string note = baseline_note(report); !note.empty())
    text += fmt::format("> ⚠️ Baseline: {}\n\n", markdown(visible_at_most(note, text_max)));
  return text;
}

std::string comparison(const record::RunRecord& record) {
  if (!record.comparison) return {};
  std::string text;
  for (const ComparisonGroup& group : comparison_groups(record)) {
    text += fmt::format(
        "### {}\n\n| | Base | Head | Head/base | Interval | Verdict |\n| --- | ---: | ---: | ---: | ---: | "
        "--- |\n",
        cell(group.title));
    for (const judge::ComparisonRow& row : group.rows)
      text +=
          fmt::format("| {} | {} | {} | {} | {} | {} |\n", metric_text(row), cell(value_text(row, row.base)),
                      cell(value_text(row, row.head)), cell(effect_text(row, row.value)),
                      cell(interval_text(row)), cell(verdict_text(row, *record.comparison)));
    text += '\n';
  }
  return text + method_text(record) + "\n\n";
}

/// A page that ends with a whole part, and says so, before it gets too long.
class Page {
 public:
  explicit Page(std::string head) : text_(std::move(head)) {}

  void add(const std::string& part) {
    if (left_out_ == 0 && text_.size() + part.size() <= page_max_bytes)
      text_ += part;
    else
      ++left_out_;
  }
  std::string take() {
    if (left_out_ > 0)
      text_ += fmt::format(
          "\n> ✂️ {} left out, since GitHub shows no summary above 1 MiB: index.html has all.\n",
          counted(left_out_, "part", "parts"));
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t left_out_ = 0;
};

std::string summary_markdown(const RunReport& report) {
  Page page(head(report));
  page.add(comparison(report.record));
  const auto verdicts = by_urgency(report.verdicts);
  if (!verdicts.empty()) page.add("| Status | Check | Measured | Limit |\n| --- | --- | --- | --- |\n");
  for (const Verdict* verdict : verdicts) page.add(row(*verdict));
  page.add("\n");
  for (const Verdict* verdict : verdicts) {
    if (needs_explaining(*verdict)) page.add(details(*verdict));
  }
  page.add(server_endings(report.record));
  return page.take();
}

}  // namespace

BFTP_REGISTER_FORMAT(summary_markdown,
                     {"markdown", "summary.md", "a page for a CI job's summary (GitHub)", &summary_markdown})

}  // namespace bftp::report
