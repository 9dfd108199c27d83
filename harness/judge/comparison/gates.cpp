#include "harness/judge/comparison/gates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/judge/comparison/rounds.hpp"
#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using plan::Gate;
using statistics::Estimate;

enum class Side { beyond, inside, unclear };

struct GatedRow {
  const RoundSeries* series = nullptr;
  Estimate estimate;  ///< as shown: a ratio, or a difference
  Side side = Side::unclear;
};

Estimate as_shown(Estimate estimate, bool difference) {
  if (difference) return estimate;
  return {std::exp(estimate.value),
          {std::exp(estimate.range.low), std::exp(estimate.range.high)},
          estimate.range_certain};
}

Side side_of(const Gate& gate, const Estimate& estimate) {
  if (!estimate.range_certain) return Side::unclear;
  const auto& range = estimate.range;
  if (gate.below)
    return range.high < gate.bound ? Side::beyond : range.low >= gate.bound ? Side::inside : Side::unclear;
  return range.low > gate.bound ? Side::beyond : range.high <= gate.bound ? Side::inside : Side::unclear;
}

std::vector<Gate> gates_of(const record::Comparison& comparison) {
  std::vector<Gate> gates;
  for (const std::string& text : comparison.gates)
    if (auto gate = plan::parse_gate(text)) gates.push_back(std::move(*gate));
  return gates;
}

std::size_t rows_looked_at(const std::vector<Gate>& gates, const std::vector<RoundSeries>& all) {
  std::size_t rows = 0;
  for (const Gate& gate : gates)
    rows += static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const RoundSeries& series) {
      return series.row.metric->name == gate.metric;
    }));
  return std::max<std::size_t>(rows, 1);
}

/// Nothing, if they are not why there are too few rounds.
std::string failed_transfers(const GatedRow& row) {
  const ComparisonRow& about = row.series->row;
  if (row.estimate.range_certain || about.left_out == 0) return {};
  return fmt::format("transfers failed in {}", about.op ? counted(about.left_out, "pair") + " of blocks"
                                                        : counted(about.left_out, "round"));
}

std::string figure(const GatedRow& row) {
  const auto& estimate = row.estimate;
  const std::string failed = failed_transfers(row);
  if (row.series->effects.empty()) return failed;
  const char* unit = row.series->row.metric->difference ? " B/transfer" : "";
  if (!estimate.range_certain)
    return fmt::format("{}{} after {}, too few for an interval{}{}", number(estimate.value), unit,
                       counted(row.series->effects.size(), "round"), failed.empty() ? "" : ": ", failed);
  return fmt::format("{:.4g}{} ({:.4g} to {:.4g})", estimate.value, unit, estimate.range.low,
                     estimate.range.high);
}

Category category_of(const plan::CompareMetric& metric) {
  if (metric.name == "cpu") return Category::cpu;
  return metric.name.starts_with("memory") ? Category::memory : Category::uniformity;
}

/// How sure the gates are: each interval, and all together.
struct Sureness {
  double each = 0, all = 0;
  std::size_t rows = 0;
};

/// Judges one gate over the rows of its metric.
class GateVerdict {
 public:
  GateVerdict(const Gate& gate, const record::RunRecord& record, const Sureness& sureness)
      : gate_(gate), record_(record), sureness_(sureness) {}

  Verdict judge(const std::vector<RoundSeries>& all) {
    for (const RoundSeries& series : all) {
      if (series.row.metric->name != gate_.metric) continue;
      GatedRow row{&series, {}};
      if (const auto estimate = statistics::hodges_lehmann(series.effects, sureness_.each))
        row.estimate = as_shown(*estimate, series.row.metric->difference);
      row.side = side_of(gate_, row.estimate);
      rows_.push_back(row);
    }
    Verdict verdict = begin();
    if (rows_.empty())
      return inconclusive(std::move(verdict), fmt::format("{} was not measured.", gate_.metric),
                          "A longer --max-time, or work for which this figure exists.");
    if (const GatedRow* row = worst()) verdict.measured = figure(*row);
    verdict.confidence = confidence_text();
    for (const GatedRow& row : rows_) add_picture(row, verdict);
    if (count(Side::beyond) > 0) return failed(std::move(verdict));
    if (count(Side::unclear) > 0) return unclear(std::move(verdict));
    verdict.status = Status::pass;
    verdict.summary =
        fmt::format("{} is surely not {} {}.", gate_.metric, gate_.below ? "below" : "above", gate_.bound);
    return verdict;
  }

 private:
  Verdict begin() const {
    const plan::CompareMetric& metric = *plan::find_compare_metric(gate_.metric);
    Verdict verdict;
    verdict.id = fmt::format("gate.{}", gate_.metric);
    verdict.category = category_of(metric);
    verdict.title = fmt::format("{} of the head against the base", metric.name);
    verdict.limit = fmt::format("fails if {}", quoted(gate_.text));
    verdict.done = fmt::format(
        "Blocks of both servers in turns, {} pairs; the servers were started afresh for each round.",
        record_.comparison->pairs.size());
    verdict.expected =
        fmt::format("{} of the figure is not {} {}.", metric.difference ? "Head - base" : "Head / base",
                    gate_.below ? "below" : "above", gate_.bound);
    verdict.reproduce = reproduce(record_);
    return verdict;
  }

  std::size_t count(Side side) const {
    return static_cast<std::size_t>(
        std::count_if(rows_.begin(), rows_.end(), [side](const GatedRow& row) { return row.side == side; }));
  }

  /// The table's intervals belong to another family, so that the two of one figure differ.
  std::string confidence_text() const {
    if (sureness_.rows == 1) return fmt::format("an interval of {:.2f} %", sureness_.each * 100);
    return fmt::format(
        "an interval of {:.2f} % for each of {} figures under gates, so that all hold together with {:.3g} %",
        sureness_.each * 100, sureness_.rows, sureness_.all * 100);
  }

  /// Null where there is no figure.
  const GatedRow* worst() const {
    const GatedRow* found = nullptr;
    for (const GatedRow& row : rows_) {
      if (row.series->effects.empty()) continue;
      const bool worse = found == nullptr || (gate_.below ? row.estimate.value < found->estimate.value
                                                          : row.estimate.value > found->estimate.value);
      if (worse) found = &row;
    }
    return found;
  }

  bool is_for_failures() const {
    return std::ranges::any_of(rows_, [](const GatedRow& row) {
      return row.side == Side::unclear && !failed_transfers(row).empty();
    });
  }

  std::string listed(Side side) const {
    std::vector<std::string> parts;
    for (const GatedRow& row : rows_)
      if (row.side == side)
        parts.push_back(fmt::format("{}: {}", work_text(row.series->row, record_), figure(row)));
    return joined(parts);
  }

  Verdict failed(Verdict verdict) const {
    verdict.status = Status::fail;
    verdict.severity = Severity::major;
    verdict.summary = fmt::format("{} is {} {} for sure: {}.", gate_.metric, gate_.below ? "below" : "above",
                                  gate_.bound, listed(Side::beyond));
    verdict.happened = verdict.summary;
    verdict.cause =
        "The head differs from the base by more than this gate allows; the table and the rounds in the "
        "report show where. A profile of both under the same work says why.";
    return verdict;
  }

  Verdict unclear(Verdict verdict) const {
    return inconclusive(
        std::move(verdict),
        fmt::format("At {:.2f} % it cannot be told whether {} is {} {}: {}.", sureness_.each * 100,
                    gate_.metric, gate_.below ? "below" : "above", gate_.bound, listed(Side::unclear)),
        is_for_failures()
            ? std::string("Two servers whose transfers come to their end: who refuses work has less to do. "
                          "Mend first what identity.errors and identity.copies name.")
            : fmt::format("More rounds: a longer --max-time{}; fewer fixtures and client counts leave more "
                          "rounds to each.",
                          record_.comparison->until_conclusive ? "" : ", or --until-conclusive"));
  }

  void add_picture(const GatedRow& row, Verdict& verdict) const {
    std::vector<double> x, y;
    for (std::size_t i = 0; i < row.series->effects.size(); ++i) {
      x.push_back(static_cast<double>(i + 1));
      y.push_back(row.series->row.metric->difference ? row.series->effects[i]
                                                     : std::exp(row.series->effects[i]));
    }
    verdict.series.push_back(
        picture(fmt::format("{}, {}", gate_.metric, work_text(row.series->row, record_)), "round",
                row.series->row.metric->difference ? "head - base, B/transfer" : "head / base", x, y));
  }

  const Gate& gate_;
  const record::RunRecord& record_;
  Sureness sureness_;
  std::vector<GatedRow> rows_;
};

}  // namespace

bool gates_decided(const record::RunRecord& record) {
  if (gates_of(*record.comparison).empty()) return true;
  const auto verdicts = judge_gates(record);
  return std::ranges::none_of(verdicts, [](const Verdict& verdict) {
    return verdict.status == Status::inconclusive && !verdict.measured.empty();
  });
}

std::vector<Verdict> judge_gates(const record::RunRecord& record) {
  const auto gates = gates_of(*record.comparison);
  const auto all = round_series(record);
  const double error = error_of_look(*record.comparison);
  const std::size_t rows = rows_looked_at(gates, all);
  const Sureness sureness{1 - error / static_cast<double>(rows), 1 - error, rows};
  std::vector<Verdict> verdicts;
  std::map<std::string, int> seen;
  for (const Gate& gate : gates) {
    verdicts.push_back(GateVerdict(gate, record, sureness).judge(all));
    if (const int times = ++seen[gate.metric]; times > 1) verdicts.back().id += fmt::format("_{}", times);
  }
  return verdicts;
}

}  // namespace bftp::judge
