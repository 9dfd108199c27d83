#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "harness/report/comparison_text.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/html/sections.hpp"
#include "harness/report/medians.hpp"

namespace bftp::report {
namespace {

using judge::Answer;
using judge::ComparisonRow;

constexpr std::size_t rounds_drawn_max = 400;

std::string_view tone(Answer answer) {
  switch (answer) {
    case Answer::better:
      return "is-pass";
    case Answer::worse:
      return "is-fail";
    case Answer::unclear:
      return "is-inconclusive";
    case Answer::same:
    case Answer::shown:
      break;
  }
  return "is-skip";
}

/// From effects (ratios on a logarithmic scale, differences on a plain one) to a picture's units.
class Scale {
 public:
  Scale(const ComparisonRow& row, double smallest_effect, double from, double to)
      : difference_(row.metric->difference), from_(from), to_(to) {
    same_ = difference_ ? judge::growth_same_bytes : std::log1p(smallest_effect);
    reach_ = 1.5 * same_;
    for (const double value : {row.low, row.high, row.value}) widen(value);
  }
  void widen(double value) { reach_ = std::max(reach_, std::abs(effect(value)) * 1.08); }

  double at(double value) const { return position(std::clamp(effect(value), -reach_, reach_)); }
  double none() const { return position(0); }
  double same_from() const { return position(-same_); }
  double same_to() const { return position(same_); }

 private:
  double effect(double value) const { return difference_ ? value : std::log(std::max(value, 1e-9)); }
  double position(double effect) const { return from_ + (to_ - from_) * (effect / reach_ + 1) / 2; }

  bool difference_;
  double from_, to_, same_ = 0, reach_ = 0;
};

/// The interval as a whisker over the band of what counts as the same.
void write_whisker(Markup& page, const ComparisonRow& row, const record::Comparison& comparison) {
  const Scale scale(row, comparison.smallest_effect, 4, 196);
  page.raw(fmt::format(
      "<svg class=\"whisker {}\" viewBox=\"0 0 200 20\" width=\"200\" height=\"20\" role=\"img\" ",
      tone(row.answer)));
  page.raw("aria-label=\"")
      .text(fmt::format("{}, interval {}", effect_text(row, row.value), interval_text(row)));
  page.raw(
      fmt::format("\"><rect class=\"same\" x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"20\"/><line "
                  "class=\"none\" x1=\"{:.1f}\" "
                  "y1=\"0\" x2=\"{:.1f}\" y2=\"20\"/>",
                  scale.same_from(), scale.same_to() - scale.same_from(), scale.none(), scale.none()));
  if (row.confidence > 0)
    page.raw(fmt::format("<line class=\"range\" x1=\"{:.1f}\" y1=\"10\" x2=\"{:.1f}\" y2=\"10\"/>",
                         scale.at(row.low), scale.at(row.high)));
  page.raw(
      fmt::format("<circle class=\"value\" cx=\"{:.1f}\" cy=\"10\" r=\"4\"/></svg>", scale.at(row.value)));
}

/// One point for each round: whether the effect is steady, drifts, or comes from a few.
void write_rounds(Markup& page, const ComparisonRow& row, const record::Comparison& comparison) {
  Scale scale(row, comparison.smallest_effect, 116, 4);
  const std::vector<double> drawn = medians_of_neighbours(row.by_round, rounds_drawn_max);
  for (const double value : drawn) scale.widen(value);
  const double step = 620.0 / static_cast<double>(std::max<std::size_t>(drawn.size(), 1));
  page.raw(fmt::format("<figure class=\"rounds {}\"><figcaption>", tone(row.answer)));
  page.text(fmt::format("{}: {}, round by round", metric_text(row),
                        row.metric->difference ? "head - base" : "head / base"));
  page.raw(
      "</figcaption><svg viewBox=\"0 0 640 120\" role=\"img\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\">");
  page.raw(fmt::format("<rect class=\"same\" x=\"0\" y=\"{:.1f}\" width=\"640\" height=\"{:.1f}\"/>",
                       scale.same_to(), scale.same_from() - scale.same_to()));
  if (row.confidence > 0)
    page.raw(fmt::format("<rect class=\"interval\" x=\"0\" y=\"{:.1f}\" width=\"640\" height=\"{:.1f}\"/>",
                         scale.at(row.high), std::max(0.5, scale.at(row.low) - scale.at(row.high))));
  page.raw(
      fmt::format("<line class=\"none\" x1=\"0\" y1=\"{0:.1f}\" x2=\"640\" y2=\"{0:.1f}\"/>", scale.none()));
  for (std::size_t i = 0; i < drawn.size(); ++i)
    page.raw(fmt::format("<circle class=\"value\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/>",
                         10 + step * (static_cast<double>(i) + 0.5), scale.at(drawn[i])));
  page.raw("</svg></figure>\n");
}

void write_value(Markup& page, const ComparisonRow& row, double value, const record::RunRecord& record) {
  page.raw("<td class=\"num\">").text(value_text(row, value));
  if (const std::string more = per_gib_text(row, value, record); !more.empty())
    page.raw("<br><span class=\"id\">").text(more).raw("</span>");
  page.raw("</td>");
}

void write_row(Markup& page, const ComparisonRow& row, const record::RunRecord& record) {
  const record::Comparison& comparison = *record.comparison;
  page.raw("<tr><th scope=\"row\">").text(metric_text(row)).raw("</th>");
  write_value(page, row, row.base, record);
  write_value(page, row, row.head, record);
  page.element("td", effect_text(row, row.value), {{"class", "num"}});
  page.raw("<td>");
  if (row.rounds > 0) write_whisker(page, row, comparison);
  page.raw("</td><td class=\"num\">").text(interval_text(row));
  if (row.confidence > 0)
    page.raw("<br><span class=\"id\">").text(fmt::format("{:.2f} %", row.confidence * 100)).raw("</span>");
  page.raw("</td><td>");
  if (row.answer != Answer::shown)
    page.open("span", {{"class", fmt::format("pill {}", tone(row.answer))}})
        .text(judge::answer_text(row, comparison))
        .raw("</span>");
  if (row.rounds_wanted && row.answer == Answer::unclear)
    page.raw("<br><span class=\"id\">")
        .text(fmt::format("~{} rounds would tell", grouped(*row.rounds_wanted)))
        .raw("</span>");
  page.raw("</td></tr>\n");
}

void write_group(Markup& page, const ComparisonGroup& group, const record::RunRecord& record) {
  page.raw("<h3>")
      .text_at_most(group.title, 200)
      .raw("</h3>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\"");
  page.raw(" aria-label=\"")
      .text_at_most(group.title, 200)
      .raw("\"><table>\n<thead><tr><th scope=\"col\">Figure</th>");
  page.raw(
      "<th scope=\"col\" class=\"num\">Base</th><th scope=\"col\" class=\"num\">Head</th>"
      "<th scope=\"col\" class=\"num\">Head/base</th><th scope=\"col\">Interval</th><th scope=\"col\" "
      "class=\"num\">"
      "</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n");
  for (const ComparisonRow& row : group.rows) write_row(page, row, record);
  page.raw("</tbody></table></div>\n<details class=\"by-round\"><summary>Round by round</summary>\n");
  for (const ComparisonRow& row : group.rows)
    if (row.answer != Answer::shown && row.rounds > 0) write_rounds(page, row, *record.comparison);
  page.raw("</details>\n");
}

}  // namespace

void write_comparison(Markup& page, const RunReport& report) {
  if (!report.record.comparison) return;
  page.raw("<section id=\"comparison\" aria-labelledby=\"comparison-title\">\n");
  page.raw("<h2 id=\"comparison-title\">Base and head</h2>\n<p class=\"quiet\">")
      .text(method_text(report.record));
  page.raw(" The shaded band is what counts as the same.</p>\n");
  const auto groups = comparison_groups(report.record);
  if (groups.empty()) page.raw("<p class=\"empty\">No round came to its end.</p>\n");
  for (const ComparisonGroup& group : groups) write_group(page, group, report.record);
  page.raw("</section>\n");
}

}  // namespace bftp::report
