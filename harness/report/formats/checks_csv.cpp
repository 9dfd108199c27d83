#include <string>

#include "harness/record/csv.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/format.hpp"

namespace bftp::report {
namespace {

/// A row per check in the judge's order, by RFC 4180 with \n line ends as the other CSV files. Cells that a
/// spreadsheet would take for a formula are disarmed.
std::string checks_csv(const RunReport& report) {
  std::string text = "id,category,status,severity,measured,limit,confidence,summary\n";
  const auto cell = [&](std::string_view value, char end) {
    text += record::csv_cell(valid_utf8(value));
    text += end;
  };
  for (const judge::Verdict& verdict : report.verdicts) {
    cell(verdict.id, ',');
    cell(to_string(verdict.category), ',');
    cell(to_string(verdict.status), ',');
    cell(to_string(verdict.severity), ',');
    cell(verdict.measured, ',');
    cell(verdict.limit, ',');
    cell(verdict.confidence, ',');
    cell(verdict.summary, '\n');
  }
  return text;
}

}  // namespace

BFTP_REGISTER_FORMAT(checks_csv,
                     {"csv", "checks.csv", "a row per check, for spreadsheets and scripts", &checks_csv})

}  // namespace bftp::report
