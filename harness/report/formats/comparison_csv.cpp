#include <fmt/format.h>

#include <string>

#include "harness/record/csv.hpp"
#include "harness/report/comparison_text.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/format.hpp"

namespace bftp::report {
namespace {

std::string number(double value) {
  return fmt::format("{:.9g}", value);
}

std::string row_text(const judge::ComparisonRow& row, const record::RunRecord& record) {
  const bool known = row.confidence > 0;
  const auto figure = [&row](double value) {
    return row.rounds > 0 ? number(value) : std::string();
  };
  const std::string fixture = row.fixture && *row.fixture < record.fixtures.size()
                                  ? record.fixtures[*row.fixture].name
                                  : std::string();
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", row.metric->name,
                     row.op ? protocol::to_string(*row.op) : "", record::csv_cell(valid_utf8(fixture)),
                     row.clients ? fmt::format("{}", *row.clients) : std::string(), row.metric->unit,
                     figure(row.base), figure(row.head), row.metric->difference ? "difference" : "ratio",
                     figure(row.value), known ? number(row.low) : "", known ? number(row.high) : "",
                     known ? number(row.confidence) : "", row.rounds, row.pairs,
                     judge::answer_text(row, *record.comparison));
}

/// A row per figure and kind of work. An empty cell means unknown, or that it has none.
std::string comparison_csv(const RunReport& report) {
  std::string text =
      "metric,op,fixture,clients,unit,base,head,effect,value,low,high,confidence,rounds,pairs,verdict\n";
  for (const judge::ComparisonRow& row : judge::compare(report.record)) text += row_text(row, report.record);
  return text;
}

bool is_comparison(const RunReport& report) {
  return report.record.comparison.has_value();
}

}  // namespace

BFTP_REGISTER_FORMAT(comparison_csv, {"comparison", "comparison.csv",
                                      "a row per figure of a comparison, for spreadsheets and scripts",
                                      &comparison_csv, &is_comparison})

}  // namespace bftp::report
