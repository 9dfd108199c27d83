#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/judge/comparison/comparison.hpp"
#include "harness/record/run_record_json.hpp"
#include "harness/record/run_schema.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/format.hpp"
#include "harness/report/json_text.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/summaries.hpp"

namespace bftp::report {
namespace {

namespace json = boost::json;

json::string text(std::string_view value) {
  return json::string(value);
}

json::array strings(const std::vector<std::string>& values) {
  json::array array;
  for (const auto& value : values) array.push_back(text(value));
  return array;
}

json::array json_array(const std::vector<double>& values) {
  json::array array;
  for (const double value : values) array.push_back(value);
  return array;
}

json::object series_json(const judge::Series& series) {
  return {{"title", text(series.title)},
          {"x_label", text(series.x_label)},
          {"y_label", text(series.y_label)},
          {"x", json_array(series.x)},
          {"y", json_array(series.y)}};
}

json::object check_json(const judge::Verdict& verdict) {
  json::array series;
  for (const judge::Series& one : verdict.series) series.push_back(series_json(one));
  return {
      {"id", text(verdict.id)},
      {"category", to_string(verdict.category)},
      {"status", to_string(verdict.status)},
      {"severity", to_string(verdict.severity)},
      {"title", text(verdict.title)},
      {"measured", text(verdict.measured)},
      {"limit", text(verdict.limit)},
      {"confidence", text(verdict.confidence)},
      {"summary", text(verdict.summary)},
      {"done", text(verdict.done)},
      {"expected", text(verdict.expected)},
      {"happened", text(verdict.happened)},
      {"wire", strings(verdict.wire)},
      {"cause", text(verdict.cause)},
      {"reproduce", text(verdict.reproduce)},
      {"alone", text(verdict.alone)},
      {"settle", text(verdict.settle)},
      {"waived", text(verdict.waived)},
      {"p_value", verdict.p_value ? json::value(rounded(*verdict.p_value, 6)) : json::value(nullptr)},
      {"rounds_wanted", verdict.rounds_wanted ? json::value(*verdict.rounds_wanted) : json::value(nullptr)},
      {"clauses", strings(verdict.clauses)},
      {"evidence_files", strings(verdict.evidence_files)},
      {"series", std::move(series)}};
}

json::value distribution_json(const std::optional<Distribution>& distribution) {
  if (!distribution) return nullptr;
  const auto figure = [](double value) {
    return rounded(value, 6);
  };
  return json::object{{"count", distribution->count},     {"min", figure(distribution->min)},
                      {"p50", figure(distribution->p50)}, {"p90", figure(distribution->p90)},
                      {"p99", figure(distribution->p99)}, {"max", figure(distribution->max)}};
}

json::value counts_json(const std::optional<record::TransferCount>& counts) {
  if (!counts) return nullptr;
  return json::object{{"transfers", counts->transfers},
                      {"identical", counts->identical},
                      {"different", counts->different},
                      {"errors", counts->errors},
                      {"bytes", counts->bytes}};
}

json::object summary_json(const GroupSummary& summary, const record::RunRecord& record) {
  const bool known = summary.fixture < record.fixtures.size();
  return {{"arm", record::to_string(summary.arm)},
          {"op", protocol::to_string(summary.op)},
          {"fixture", text(known ? record.fixtures[summary.fixture].name : std::string())},
          {"client", summary.client ? json::value(*summary.client) : json::value(nullptr)},
          {"counts", counts_json(summary.counts)},
          {"transfer_ms", distribution_json(summary.transfer_ms)},
          {"connect_ms", distribution_json(summary.connect_ms)},
          {"first_byte_ms", distribution_json(summary.first_byte_ms)},
          {"throughput_mib_s", distribution_json(summary.throughput_mib_s)}};
}

json::array summaries_json(const record::RunRecord& record) {
  json::array array;
  for (const auto& summary : summaries(record)) array.push_back(summary_json(summary, record));
  for (const auto& summary : client_summaries(record)) array.push_back(summary_json(summary, record));
  return array;
}

json::object row_json(const judge::ComparisonRow& row, const record::RunRecord& record) {
  const auto figure = [](bool known, double value) {
    return known ? json::value(value) : json::value(nullptr);
  };
  const bool any = row.rounds > 0, known = row.confidence > 0;
  const bool of_fixture = row.fixture && *row.fixture < record.fixtures.size();
  return {
      {"metric", text(row.metric->name)},
      {"op", row.op ? json::value(protocol::to_string(*row.op)) : json::value(nullptr)},
      {"fixture", of_fixture ? json::value(text(record.fixtures[*row.fixture].name)) : json::value(nullptr)},
      {"clients", row.clients ? json::value(*row.clients) : json::value(nullptr)},
      {"unit", text(row.metric->unit)},
      {"base", figure(any, row.base)},
      {"head", figure(any, row.head)},
      {"effect", row.metric->difference ? "difference" : "ratio"},
      {"value", figure(any, row.value)},
      {"low", figure(known, row.low)},
      {"high", figure(known, row.high)},
      {"confidence", figure(known, row.confidence)},
      {"rounds", row.rounds},
      {"pairs", row.pairs},
      {"verdict", text(judge::answer_text(row, *record.comparison))},
      {"rounds_wanted", row.rounds_wanted ? json::value(*row.rounds_wanted) : json::value(nullptr)},
      {"by_round", json_array(row.by_round)}};
}

json::array rows_json(const record::RunRecord& record) {
  json::array array;
  for (const judge::ComparisonRow& row : judge::compare(record)) array.push_back(row_json(row, record));
  return array;
}

json::object counts_by_status(const RunReport& report) {
  const StatusCounts counts = count_statuses(report.verdicts);
  return {{"pass", counts.pass},
          {"fail", counts.fail},
          {"warn", counts.warn},
          {"inconclusive", counts.inconclusive},
          {"skip", counts.skip}};
}

/// The record's own keys stand at the top level between ours; docs/run-json.md describes all of them.
std::string run_json(const RunReport& report) {
  json::object document{{"schema", record::run_schema},
                        {"schema_version", record::run_schema_version},
                        {"tools", json::object{{"bftp-torture", text(report.record.version)}}},
                        {"outcome", text(key(outcome(report)))},
                        {"exit_code", report.exit_code},
                        {"headline", text(headline(report))},
                        {"folder", text(report.folder)},
                        {"seed", report.record.plan.seed},
                        {"counts", counts_by_status(report)}};
  json::array checks;
  for (const judge::Verdict& verdict : report.verdicts) checks.push_back(check_json(verdict));
  document["checks"] = std::move(checks);
  document["summaries"] = summaries_json(report.record);
  if (report.record.comparison) document["comparison_rows"] = rows_json(report.record);
  document["points"] = json::object{{"kept", report.record.transfers.points().size()},
                                    {"stride", report.record.transfers.stride()}};
  document["series_files"] = json::object{{"transfers", "transfers.csv"}, {"resources", "resources.csv"}};
  for (auto& member : record::to_json(report.record)) document[member.key()] = std::move(member.value());
  return json_text(document);
}

}  // namespace

BFTP_REGISTER_FORMAT(run_json, {"json", "run.json", "everything, for programs; the input of judge and report",
                                &run_json})

}  // namespace bftp::report
