#include "harness/report/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "harness/report/comparison_table.hpp"
#include "harness/report/comparison_text.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/wrap.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;

enum class Paint { none, bold, dim, red, green, yellow, magenta };

std::string_view code(Paint paint) {
  switch (paint) {
    case Paint::none:
      return "";
    case Paint::bold:
      return "\x1b[1m";
    case Paint::dim:
      return "\x1b[2m";
    case Paint::red:
      return "\x1b[31m";
    case Paint::green:
      return "\x1b[32m";
    case Paint::yellow:
      return "\x1b[33m";
    case Paint::magenta:
      return "\x1b[35m";
  }
  return "";
}

Paint paint_of(Status status) {
  switch (status) {
    case Status::pass:
      return Paint::green;
    case Status::fail:
      return Paint::red;
    case Status::warn:
      return Paint::yellow;
    case Status::inconclusive:
      return Paint::magenta;
    case Status::skip:
      return Paint::dim;
  }
  return Paint::none;
}

Paint paint_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return Paint::green;
    case Outcome::failed:
      return Paint::red;
    default:
      return Paint::magenta;
  }
}

std::string_view symbol(Status status, bool unicode) {
  switch (status) {
    case Status::pass:
      return unicode ? "✔" : "+";
    case Status::fail:
      return unicode ? "✘" : "x";
    case Status::warn:
      return "!";
    case Status::inconclusive:
      return "?";
    case Status::skip:
      return "-";
  }
  return " ";
}

/// Replaces what our own sentences use outside ASCII when the terminal cannot show it; a server's words keep
/// their "?".
std::string for_terminal(std::string text, bool unicode) {
  if (unicode) return text;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> ascii{
      {{"×", "x"}, {"µ", "u"}, {"…", "..."}, {"–", "-"}}};
  for (const auto& [from, to] : ascii) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }
  std::string out;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80)
      out += byte;
    else if (value >= 0xc0)
      out += '?';
  }
  return out;
}

class Page {
 public:
  explicit Page(const TerminalStyle& style) : style_(style), width_(std::max(style.width, 40u)) {}

  std::size_t width() const { return width_; }
  bool unicode() const { return style_.unicode; }

  std::string painted(std::string_view text, Paint paint) const {
    if (!style_.colour || paint == Paint::none) return std::string(text);
    return fmt::format("{}{}\x1b[0m", code(paint), text);
  }
  std::string clean(std::string_view text, Keep keep = Keep::nothing) const {
    return for_terminal(visible_at_most(text, 4000, keep), style_.unicode);
  }
  /// Cut and filled with spaces to exactly `columns`.
  std::string column(std::string_view text, std::size_t columns) const {
    std::string cell = fit(text, columns, style_.unicode);
    return cell.append(columns - std::min(columns, display_width(cell)), ' ');
  }
  void line(std::string_view text) { out_ += text, out_ += '\n'; }
  /// `label` in its column, `text` wrapped beside it.
  void labelled(std::string_view label, std::string_view text, std::size_t indent,
                Paint paint = Paint::none) {
    std::string head = std::string(indent, ' ') + painted(column(label, label_columns), Paint::dim);
    for (const auto& part :
         wrap(clean(text, Keep::lines), width_ - std::min(width_ - 20, indent + label_columns))) {
      line(head + painted(part, paint));
      head = std::string(indent + label_columns, ' ');
    }
  }
  /// Never wrapped: a command must survive being copied.
  void command(std::string_view label, std::string_view text, std::size_t indent) {
    if (text.empty()) return;
    line(std::string(indent, ' ') + painted(column(label, label_columns), Paint::dim) +
         painted(clean(text), Paint::bold));
  }
  std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t label_columns = 13;

  TerminalStyle style_;
  std::size_t width_;
  std::string out_;
};

struct Columns {
  std::size_t check = 5, measured = 8, limit = 5;
};

/// As wide as the texts need, and when that is too much, the widest column gives way first.
Columns columns_for(const Page& page, std::span<const Verdict* const> verdicts) {
  Columns columns;
  for (const Verdict* verdict : verdicts) {
    columns.check = std::max(columns.check, display_width(page.clean(verdict->id)));
    columns.measured = std::max(columns.measured, display_width(page.clean(verdict->measured)));
    columns.limit = std::max(columns.limit, display_width(page.clean(verdict->limit)));
  }
  constexpr std::size_t fixed = 2 + 2 + 14 + 2 + 2;  // indent, gaps, and the status column
  const std::size_t room = page.width() > fixed + 15 ? page.width() - fixed : 15;
  while (columns.check + columns.measured + columns.limit > room) {
    std::size_t& widest =
        std::max({std::ref(columns.measured), std::ref(columns.limit), std::ref(columns.check)},
                 [](std::size_t left, std::size_t right) { return left < right; });
    --widest;
  }
  return columns;
}

/// What was not judged, in as few words as may be: "client.*" where none of a family was. The other reports
/// say why, check by check.
std::string skipped_text(std::span<const Verdict* const> verdicts) {
  struct Family {
    std::vector<std::string_view> skipped;
    std::size_t all = 0;
  };
  std::map<std::string_view, Family> families;
  std::size_t count = 0;
  for (const Verdict* verdict : verdicts) {
    const std::string_view id = verdict->id;
    Family& family = families[id.substr(0, id.find('.'))];
    ++family.all;
    if (verdict->status != Status::skip) continue;
    family.skipped.push_back(id);
    ++count;
  }
  std::vector<std::string> names;
  for (const auto& [name, family] : families) {
    if (family.skipped.size() > 1 && family.skipped.size() == family.all)
      names.push_back(fmt::format("{}.*", name));
    else
      names.insert(names.end(), family.skipped.begin(), family.skipped.end());
  }
  return fmt::format("{} not asked for, or not applicable: {}", count, fmt::join(names, ", "));
}

void add_skipped(Page& page, std::span<const Verdict* const> verdicts) {
  if (std::ranges::none_of(verdicts, [](const Verdict* verdict) { return verdict->status == Status::skip; }))
    return;
  page.line("");
  page.labelled("skipped", skipped_text(verdicts), 2);
}

void add_table(Page& page, std::span<const Verdict* const> all) {
  std::vector<const Verdict*> verdicts(all.begin(), all.end());
  std::erase_if(verdicts, [](const Verdict* verdict) { return verdict->status == Status::skip; });
  if (verdicts.empty()) return;
  const Columns columns = columns_for(page, verdicts);
  page.line("");
  page.line(page.painted(fmt::format("  {}  {}  {}  limit", page.column("check", columns.check),
                                     page.column("status", 14), page.column("measured", columns.measured)),
                         Paint::dim));
  for (const Verdict* verdict : verdicts) {
    const std::string status = page.column(
        fmt::format("{} {}", symbol(verdict->status, page.unicode()), status_text(verdict->status)), 14);
    std::string row = fmt::format("  {}  {}  {}  {}", page.column(page.clean(verdict->id), columns.check),
                                  page.painted(status, paint_of(verdict->status)),
                                  page.column(page.clean(verdict->measured), columns.measured),
                                  fit(page.clean(verdict->limit), columns.limit, page.unicode()));
    while (!row.empty() && row.back() == ' ') row.pop_back();
    page.line(row);
  }
}

void add_explanation(Page& page, const Verdict& verdict) {
  page.line("");
  const std::string title = page.clean(verdict.title.empty() ? verdict.summary : verdict.title);
  const std::string mark =
      fmt::format("{} {}", symbol(verdict.status, page.unicode()), page.clean(verdict.id));
  const std::size_t used = display_width(mark) + 1;
  page.line(page.painted(mark, paint_of(verdict.status)) + " " +
            page.painted(fit(title, page.width() - std::min(page.width() - 10, used), page.unicode()),
                         Paint::bold));
  page.labelled("Verdict", verdict.summary, 2);
  for (const auto& [heading, text] : explanations(verdict)) page.labelled(heading, text, 2);
  for (std::size_t i = 0; i < verdict.wire.size(); ++i)
    page.labelled(i == 0 ? "On the wire" : "", verdict.wire[i], 2);
  if (!verdict.evidence_files.empty()) {
    page.labelled("Evidence", fmt::format("{}", fmt::join(verdict.evidence_files, ", ")), 2);
  }
  page.command("See again", verdict.reproduce, 2);
}

void add_server_words(Page& page, const record::RunRecord& record) {
  for (const auto& end : record.server_ends) {
    if (end.arm != record::Arm::server || !end.by_itself) continue;
    page.line("");
    for (const auto& part :
         wrap(page.clean(fmt::format("The server {}", server_end_text(end))), page.width())) {
      page.line(page.painted(part, Paint::bold));
    }
    for (const auto& line : end.last_lines) {
      page.line("  | " + fit(page.clean(line), page.width() - 4, page.unicode()));
    }
  }
}

void add_head(Page& page, const RunReport& report) {
  const record::RunRecord& record = report.record;
  const Outcome result = outcome(report);
  std::string head = page.painted(word(result), paint_of(result)) + "  ";
  const std::size_t used = word(result).size() + 2;
  for (const auto& part : wrap(page.clean(headline(report)), page.width() - used)) {
    page.line(head + part);
    head = std::string(used, ' ');
  }
  page.line("");
  page.labelled("server", server_text(record), 2);
  page.labelled("work", work_text(record), 2);
  if (const std::string control = control_text(report); !control.empty())
    page.labelled("control", control, 2);
  page.labelled("transfers", fmt::format("{} in {}", transfers_text(record), seconds_text(record.duration_s)),
                2);
  if (record.state != record::RunState::complete && result != Outcome::harness_failed) {
    page.labelled("run", record.state_text.empty() ? to_string(record.state) : record.state_text, 2,
                  Paint::yellow);
  }
  if (const std::string more = beneath_headline(report); !more.empty())
    page.labelled("run", more, 2, Paint::yellow);
  for (const auto& warning : record.warnings) page.labelled("warning", warning.text, 2, Paint::yellow);
  if (const std::string note = baseline_note(report); !note.empty())
    page.labelled("baseline", note, 2, Paint::yellow);
}

Paint paint_of(TableLine::Tone tone) {
  switch (tone) {
    case TableLine::Tone::heading:
      return Paint::bold;
    case TableLine::Tone::better:
      return Paint::green;
    case TableLine::Tone::worse:
      return Paint::red;
    case TableLine::Tone::unclear:
      return Paint::magenta;
    case TableLine::Tone::plain:
      break;
  }
  return Paint::none;
}

void add_comparison(Page& page, const record::RunRecord& record) {
  if (!record.comparison) return;
  page.line("");
  for (const TableLine& line : comparison_table(record, page.width()))
    page.line(page.painted(page.clean(line.text), paint_of(line.tone)));
  page.line("");
  for (const auto& part : wrap(page.clean(method_text(record)), page.width())) page.line(part);
}

}  // namespace

std::string terminal_summary(const RunReport& report, const TerminalStyle& style) {
  Page page(style);
  const auto verdicts = by_urgency(report.verdicts);
  add_head(page, report);
  add_comparison(page, report.record);
  add_table(page, verdicts);
  if (outcome(report) != Outcome::harness_failed) add_skipped(page, verdicts);
  for (const Verdict* verdict : verdicts) {
    if (needs_explaining(*verdict)) add_explanation(page, *verdict);
  }
  add_server_words(page, report.record);
  return page.take();
}

std::string one_line(const RunReport& report) {
  std::string text = fmt::format("{}: {}", word(outcome(report)), headline(report));
  const auto verdicts = by_urgency(report.verdicts);
  if (!verdicts.empty() && verdicts.front()->status == Status::fail) {
    text += fmt::format("; {}: {}", verdicts.front()->id, verdicts.front()->summary);
  }
  if (const std::string note = baseline_note(report); !note.empty())
    text += fmt::format("; baseline: {}", note);
  if (!report.folder.empty()) text += fmt::format(" [{}/index.html]", report.folder);
  return visible_at_most(text, 1000) + "\n";
}

}  // namespace bftp::report
