#include "harness/report/comparison_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "harness/report/comparison_text.hpp"
#include "harness/report/escape.hpp"

namespace bftp::report {
namespace {

using judge::Answer;
using judge::ComparisonRow;

constexpr std::size_t columns = 6;
using Cells = std::array<std::string, columns>;
using Widths = std::array<std::size_t, columns>;

TableLine::Tone tone_of(Answer answer) {
  switch (answer) {
    case Answer::better:
      return TableLine::Tone::better;
    case Answer::worse:
      return TableLine::Tone::worse;
    case Answer::unclear:
      return TableLine::Tone::unclear;
    case Answer::same:
    case Answer::shown:
      break;
  }
  return TableLine::Tone::plain;
}

Cells cells_of(const ComparisonRow& row, const record::Comparison& comparison) {
  return {metric_text(row),          value_text(row, row.base),
          value_text(row, row.head), effect_text(row, row.value),
          interval_text(row),        verdict_text(row, comparison)};
}

constexpr std::size_t figures_end = 4;  ///< the interval and the verdict come behind

/// Figures to the right, words to the left; the columns before `end`.
std::string line_of(const Cells& cells, const Widths& widths, std::size_t end, std::size_t width) {
  std::string line = "  ";
  for (std::size_t i = 0; i < end; ++i) {
    const std::string fill(widths[i] - std::min(widths[i], display_width(cells[i])), ' ');
    const bool figure = i >= 1 && i <= 4;
    line += figure ? fill + cells[i] : cells[i] + (i + 1 < columns ? fill : "");
    if (i + 1 < end) line += "  ";
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return fit(line, width, true);
}

/// On a line of its own where there is no room for it beside the figures: the answer is never cut.
std::string line_below(const Cells& cells, std::size_t width) {
  return fit(fmt::format("      {}: {}", cells[4], cells[5]), width, true);
}

std::size_t width_of(const Widths& widths) {
  return std::accumulate(widths.begin(), widths.end(), 2 * columns);
}

}  // namespace

std::vector<TableLine> comparison_table(const record::RunRecord& record, std::size_t width) {
  constexpr std::size_t least_width = 60;
  width = std::max(width, least_width);
  const auto groups = comparison_groups(record);
  const Cells head{"", "base", "head", "head/base", "interval", "verdict"};
  Widths widths{};
  for (std::size_t i = 0; i < columns; ++i) widths[i] = display_width(head[i]);
  for (const ComparisonGroup& group : groups) {
    for (const ComparisonRow& row : group.rows) {
      const Cells cells = cells_of(row, *record.comparison);
      for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], display_width(cells[i]));
    }
  }
  const bool wide = width_of(widths) <= width;
  const std::size_t end = wide ? columns : figures_end;
  std::vector<TableLine> lines;
  if (!groups.empty()) lines.push_back({line_of(head, widths, end, width), TableLine::Tone::heading});
  for (const ComparisonGroup& group : groups) {
    lines.push_back({fit(visible(group.title), width, true), TableLine::Tone::heading});
    for (const ComparisonRow& row : group.rows) {
      const Cells cells = cells_of(row, *record.comparison);
      lines.push_back({line_of(cells, widths, end, width), tone_of(row.answer)});
      if (!wide && row.answer != Answer::shown)
        lines.push_back({line_below(cells, width), tone_of(row.answer)});
    }
  }
  return lines;
}

}  // namespace bftp::report
