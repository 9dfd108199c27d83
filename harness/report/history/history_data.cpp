#include "harness/report/history/history_data.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/judge/metrics.hpp"
#include "harness/record/csv.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/json_text.hpp"

namespace bftp::report {
namespace {

namespace json = boost::json;
using history::RunSummary;

constexpr int history_schema_version = 1;

json::value known(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value known(const std::optional<std::string>& text) {
  return text ? json::value(json::string(*text)) : json::value(nullptr);
}

json::object metric_json(const record::Metric& metric) {
  return {{"name", metric.name},       {"op", metric.op},
          {"fixture", metric.fixture}, {"value", metric.value},
          {"low", known(metric.low)},  {"high", known(metric.high)},
          {"count", metric.count},     {"higher_is_better", metric.higher_is_better}};
}

json::object machine_json(const record::Machine& machine) {
  return {{"hostname", machine.hostname},
          {"cpu_model", machine.cpu_model},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory_bytes},
          {"kernel", machine.kernel},
          {"os", machine.os},
          {"sha_extensions", machine.sha_extensions}};
}

json::object run_json(const RunSummary& run) {
  json::array checks, metrics;
  for (const auto& check : run.checks)
    checks.push_back(json::object{{"id", check.id},
                                  {"category", check.category},
                                  {"status", check.status},
                                  {"measured", check.measured}});
  for (const auto& metric : run.metrics) metrics.push_back(metric_json(metric));
  json::object work;
  for (const auto& [name, value] : run.work) work[name] = value;
  return {{"id", run.id},
          {"started_utc", run.started_utc},
          {"name", run.name},
          {"server", run.server},
          {"commit", known(run.commit)},
          {"profile", run.profile},
          {"work", std::move(work)},
          {"machine", machine_json(run.machine)},
          {"version", run.version},
          {"exit_code", run.exit_code},
          {"folder", run.folder},
          {"seed", run.seed},
          {"transfers", run.transfers},
          {"duration_s", run.duration_s},
          {"checks", std::move(checks)},
          {"metrics", std::move(metrics)}};
}

json::object trend_json(const history::Trends& trends, const history::Trend& trend) {
  json::array points, changes;
  for (std::size_t i = 0; i < trend.values.size(); ++i)
    points.push_back(json::object{{"run", trends.runs[trend.runs[i]].id},
                                  {"value", trend.values[i]},
                                  {"low", known(trend.low[i])},
                                  {"high", known(trend.high[i])}});
  for (const auto& change : trend.changes)
    changes.push_back(json::object{{"run_before", trends.runs[trend.runs[change.index - 1]].id},
                                   {"run_after", trends.runs[trend.runs[change.index]].id},
                                   {"commit_before", known(trends.runs[trend.runs[change.index - 1]].commit)},
                                   {"commit_after", known(trends.runs[trend.runs[change.index]].commit)},
                                   {"before", change.before},
                                   {"after", change.after},
                                   {"worse", history::for_the_worse(trend, change)},
                                   {"p", change.p}});
  return {{"name", trend.like.name}, {"op", trend.like.op},         {"fixture", trend.like.fixture},
          {"unit", trend.unit},      {"points", std::move(points)}, {"changes", std::move(changes)}};
}

std::string csv_field(std::string_view text) {
  return record::csv_cell(valid_utf8(text));
}

std::string csv_field(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

}  // namespace

std::string history_json(const history::Trends& trends) {
  json::array runs, left_out, list, other_reference;
  for (const std::size_t run : trends.other_reference) other_reference.push_back(run);
  for (const RunSummary& run : trends.runs) runs.push_back(run_json(run));
  for (const auto& left : trends.left_out)
    left_out.push_back(json::object{{"runs", left.runs}, {"why", left.why}});
  for (const auto& trend : trends.trends) list.push_back(trend_json(trends, trend));
  return json_text(json::object{{"schema", "bftp-torture/history"},
                                {"schema_version", history_schema_version},
                                {"unlike_machines", trends.unlike_machines},
                                {"other_reference", std::move(other_reference)},
                                {"runs", std::move(runs)},
                                {"left_out", std::move(left_out)},
                                {"trends", std::move(list)}});
}

std::string history_csv(std::span<const RunSummary> runs) {
  std::string text =
      "run,started_utc,commit,server,hostname,cpu_model,cores,exit_code,metric,op,fixture,unit,value,low,"
      "high,"
      "count\n";
  for (const RunSummary& run : runs)
    for (const record::Metric& metric : run.metrics) {
      const judge::Quantity* quantity = judge::find_quantity(metric.name);
      text += fmt::format(
          "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", run.id, csv_field(run.started_utc),
          csv_field(run.commit.value_or("")), csv_field(run.server), csv_field(run.machine.hostname),
          csv_field(run.machine.cpu_model), run.machine.cores, run.exit_code, csv_field(metric.name),
          csv_field(metric.op), csv_field(metric.fixture), quantity != nullptr ? quantity->unit : "",
          metric.value, csv_field(metric.low), csv_field(metric.high), metric.count);
    }
  return text;
}

}  // namespace bftp::report
