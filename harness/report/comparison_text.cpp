#include "harness/report/comparison_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/report/figures.hpp"

namespace bftp::report {
namespace {

using judge::Answer;
using judge::ComparisonRow;

constexpr double gib = 1024.0 * 1024.0 * 1024.0;
constexpr std::uint64_t bulk_bytes = 256u << 10;
constexpr const char* no_figure = "–";

std::string in_bytes(double value) {
  return fmt::format("{}{} B", value < 0 ? "-" : "+", significant(std::abs(value)));
}

std::size_t count(const std::vector<ComparisonRow>& rows, Answer answer) {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [answer](const ComparisonRow& row) { return row.answer == answer; }));
}

/// Growth of memory is the same within a number of bytes, all else within a share.
std::string same_text(const std::vector<ComparisonRow>& rows, const record::Comparison& comparison) {
  std::size_t ratios = 0;
  const ComparisonRow* growth = nullptr;
  for (const ComparisonRow& row : rows) {
    if (row.answer != Answer::same) continue;
    if (row.metric->difference)
      growth = &row;
    else
      ++ratios;
  }
  std::vector<std::string> parts;
  if (ratios > 0)
    parts.push_back(fmt::format("{} the same within {:.3g} %", counted(ratios, "figure", "figures"),
                                comparison.smallest_effect * 100));
  if (growth != nullptr)
    parts.push_back(fmt::format("memory growth the {}", judge::answer_text(*growth, comparison)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool has_verdicts(const std::vector<ComparisonRow>& rows) {
  return count(rows, Answer::better) + count(rows, Answer::worse) + count(rows, Answer::same) > 0;
}

std::size_t pairs_with_failures(const record::Comparison& comparison) {
  return static_cast<std::size_t>(
      std::count_if(comparison.pairs.begin(), comparison.pairs.end(),
                    [](const auto& pair) { return pair.base.failed > 0 || pair.head.failed > 0; }));
}

std::size_t rounds_of(const record::Comparison& comparison) {
  std::set<std::uint32_t> rounds;
  for (const record::PairRecord& pair : comparison.pairs) rounds.insert(pair.round);
  return rounds.size();
}

}  // namespace

std::vector<ComparisonGroup> comparison_groups(const record::RunRecord& record) {
  std::vector<ComparisonGroup> groups;
  for (ComparisonRow& row : judge::compare(record)) {
    std::string title = judge::work_text(row, record);
    if (groups.empty() || groups.back().title != title) groups.push_back({std::move(title), {}});
    groups.back().rows.push_back(std::move(row));
  }
  return groups;
}

std::string metric_text(const ComparisonRow& row) {
  const std::string_view name = row.metric->name;
  if (name == "service_time") return "service time, median";
  if (name == "service_time_p90") return "service time, p90";
  if (name == "service_time_p99") return "service time, p99";
  if (name == "first_byte") return "time to first byte";
  if (name == "cpu") return "CPU per transfer";
  if (name == "memory_peak") return "peak";
  if (name == "memory_growth") return "growth per transfer";
  return std::string(name);
}

std::string value_text(const ComparisonRow& row, double value) {
  if (row.rounds == 0) return no_figure;
  if (row.metric->unit == "ms") return milliseconds_text(value);
  if (row.metric->difference) return in_bytes(value);
  return fmt::format("{} {}", significant(value), row.metric->unit);
}

std::string per_gib_text(const ComparisonRow& row, double value, const record::RunRecord& record) {
  if (row.rounds == 0 || row.metric->name != "cpu" || !row.fixture || *row.fixture >= record.fixtures.size())
    return {};
  const std::uint64_t bytes = record.fixtures[*row.fixture].size;
  if (bytes < bulk_bytes) return {};
  return fmt::format("{} s/GiB", significant(value / 1000 / static_cast<double>(bytes) * gib));
}

std::string effect_text(const ComparisonRow& row, double effect) {
  if (row.rounds == 0) return no_figure;
  return row.metric->difference ? in_bytes(effect) : fmt::format("{:.3f}", effect);
}

std::string interval_text(const ComparisonRow& row) {
  if (row.confidence <= 0) return row.left_out > 0 ? "transfers failed" : "too few rounds";
  return fmt::format("{} to {}", effect_text(row, row.low), effect_text(row, row.high));
}

std::string verdict_text(const ComparisonRow& row, const record::Comparison& comparison) {
  std::string text = judge::answer_text(row, comparison);
  if (row.answer != Answer::unclear || !row.rounds_wanted) return text;
  return text + fmt::format(" (~{} rounds)", grouped(*row.rounds_wanted));
}

std::string comparison_headline(const record::RunRecord& record) {
  const auto rows = judge::compare(record);
  if (rows.empty()) return "Head against base: no round came to its end";
  std::vector<std::string> parts;
  const auto add = [&](Answer answer, std::string_view words) {
    if (const std::size_t figures = count(rows, answer); figures > 0)
      parts.push_back(fmt::format("{} {}", counted(figures, "figure", "figures"), words));
  };
  add(Answer::worse, "slower or heavier");
  add(Answer::better, "faster or leaner");
  if (std::string same = same_text(rows, *record.comparison); !same.empty()) parts.push_back(std::move(same));
  add(Answer::unclear, "that cannot be told");
  return fmt::format("Head against base: {}", fmt::join(parts, ", "));
}

std::string method_text(const record::RunRecord& record) {
  const record::Comparison& comparison = *record.comparison;
  std::string text = fmt::format("{} with fresh processes, {} of blocks in turns (AB, BA).",
                                 counted(rounds_of(comparison), "round", "rounds"),
                                 counted(comparison.pairs.size(), "pair", "pairs"));
  if (const std::size_t failed = pairs_with_failures(comparison); failed > 0)
    text += fmt::format(" In {} of these pairs transfers failed; no figure rests on those.", grouped(failed));
  if (has_verdicts(judge::compare(record)))
    text += fmt::format(
        " All verdicts of the table together are wrong in at most 1 % of comparisons. A difference below "
        "{:.2g} % (memory growth: {:.0f} B) is never called one; p90 and p99 of so few transfers carry no "
        "verdict.",
        comparison.smallest_effect * judge::floor_share_of_effect * 100, judge::growth_floor_bytes);
  if (comparison.server_cpus.empty())
    text += " Servers and clients shared all processors.";
  else
    text += fmt::format(" Servers ran on {} {}, clients on {}.",
                        comparison.server_cpus.size() == 1 ? "processor" : "processors",
                        fmt::join(comparison.server_cpus, ", "), fmt::join(comparison.worker_cpus, ", "));
  return text;
}

}  // namespace bftp::report
