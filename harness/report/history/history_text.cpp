#include "harness/report/history/history_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "harness/judge/metrics.hpp"
#include "harness/plan/plan.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/history/history_words.hpp"
#include "harness/report/medians.hpp"

namespace bftp::report {
namespace {

using history::RunSummary;
using history::Trend;
using history::Trends;

constexpr std::size_t picture_width_max = 60;
constexpr std::size_t name_width_max = 20;

std::string failed_checks(const RunSummary& run) {
  std::string text;
  for (const auto& check : run.checks)
    if (check.status == "fail") text += (text.empty() ? "" : ", ") + check.id;
  return text;
}

/// Names take up room only where somebody gave one.
std::size_t name_width(std::span<const RunSummary> runs) {
  std::size_t width = 0;
  for (const RunSummary& run : runs)
    if (run.name != plan::Plan().name) width = std::max(width, visible(run.name).size());
  return std::min(width, name_width_max);
}

std::string run_line(const RunSummary& run, std::size_t name_width, const TerminalStyle& style) {
  const std::size_t server_width = style.width > 100 ? style.width - 72 : 28;
  const std::string name =
      name_width == 0
          ? ""
          : fmt::format("{:<{}}  ", fit(visible(run.name), name_width, style.unicode), name_width);
  return fmt::format("{:<20}  {:<14}  {}{:<12}  {:<{}}  {}\n", visible_at_most(run.started_utc, 20),
                     commit_text(run), name, outcome_word(run),
                     fit(visible(run.server), server_width, style.unicode), server_width,
                     visible(failed_checks(run)));
}

std::string left_out_text(const Trends& trends) {
  std::string text;
  for (const auto& left : trends.left_out)
    text += fmt::format("Left out: {} that {}\n", counted(left.runs, "run", "runs"), visible(left.why));
  if (std::any_of(trends.left_out.begin(), trends.left_out.end(),
                  [](const auto& left) { return left.why.find("unlike machine") != std::string::npos; }))
    text += "  (--any-machine puts unlike machines side by side)\n";
  if (trends.unlike_machines)
    text +=
        "CAUTION: runs of unlike machines are side by side, as asked for: raw figures differ because of the\n"
        "machine, so no change is looked for.\n";
  for (const std::size_t run : trends.other_reference)
    text += fmt::format("CAUTION: {}; ratios to it are compared on each side by itself.\n",
                        visible(history::other_reference_text(trends, run)));
  return text;
}

std::string head(const Trends& trends) {
  if (trends.runs.empty()) return "No complete run to look at.\n" + left_out_text(trends);
  const RunSummary& newest = trends.runs.back();
  std::set<std::string_view> servers;
  for (const RunSummary& run : trends.runs) servers.insert(run.server);
  const std::string others =
      servers.size() > 1
          ? fmt::format(" and {}", counted(servers.size() - 1, "other command", "other commands"))
          : "";
  const std::string searched =
      trends.runs.size() > history::change_points_values_max
          ? fmt::format("Changes are looked for in the last {} runs.\n", history::change_points_values_max)
          : "";
  return fmt::format("{} of {}{}, {} to {}, on {} ({})\n{}{}", counted(trends.runs.size(), "run", "runs"),
                     visible_at_most(newest.server, 60), others,
                     trends.runs.front().started_utc.substr(0, 10), newest.started_utc.substr(0, 10),
                     visible_at_most(newest.machine.cpu_model, 60),
                     counted(newest.machine.cores, "core", "cores"), searched, left_out_text(trends));
}

std::string trend_block(const Trends& trends, const Trend& trend, const TerminalStyle& style) {
  const auto [low, high] = std::minmax_element(trend.values.begin(), trend.values.end());
  const std::size_t width = std::min<std::size_t>(style.width - 4, picture_width_max);
  std::string text =
      fmt::format("\n{} ({})\n  {}\n  {} to {}, median {}, last {}\n", visible(record::label_of(trend.like)),
                  trend.unit, sparkline(trend.values, width, style.unicode), significant(*low),
                  significant(*high), significant(median_of(trend.values)), significant(trend.values.back()));
  for (const history::ChangePoint& change : trend.changes)
    text += "  " + change_text(trends, trend, change) + "\n";
  return text;
}

}  // namespace

std::string sparkline(std::span<const double> values, std::size_t width, bool unicode) {
  static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array<std::string_view, 8> plain{"_", ".", "-", "~", "=", "+", "*", "#"};
  const std::vector<double> medians = medians_of_neighbours(values, width);
  values = medians;
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double span = *high - *low;
  std::string text;
  for (const double value : values) {
    const double share = span > 0 ? (value - *low) / span : 0.5;
    const auto level = static_cast<std::size_t>(std::lround(share * 7));
    text += unicode ? blocks[level] : plain[level];
  }
  return text;
}

std::string runs_text(std::span<const RunSummary> runs, const TerminalStyle& style) {
  if (runs.empty()) return "No run has been recorded.\n";
  const std::size_t width = name_width(runs);
  std::string text;
  for (const RunSummary& run : runs) text += run_line(run, width, style);
  return text;
}

std::string trends_text(const Trends& trends, bool all, const TerminalStyle& style) {
  std::string text = head(trends);
  std::size_t hidden = 0;
  for (const Trend& trend : trends.trends) {
    const bool shown = all || !trend.changes.empty() || trend.like.fixture.empty();
    if (shown)
      text += trend_block(trends, trend, style);
    else
      ++hidden;
  }
  if (hidden > 0)
    text += fmt::format("\n{} more without a change, by file: --metric NAME shows them\n",
                        counted(hidden, "trend", "trends"));
  return text;
}

}  // namespace bftp::report
