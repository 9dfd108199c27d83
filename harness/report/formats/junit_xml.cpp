#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>

#include <pugixml.hpp>

#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/format.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;

/// Code points of one text. CI systems cut or drop what is longer (Jenkins keeps 100,000 characters of
/// output, GitLab refuses a report of 30 MB).
constexpr std::size_t junit_text_max = 16'000;
constexpr std::size_t message_max = 300;

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml_text(value).c_str());
}

void add_property(pugi::xml_node properties, std::string_view name, std::string_view value) {
  auto property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

std::string full_text(const Verdict& verdict) {
  std::string text = verdict.summary + "\n";
  if (!verdict.measured.empty()) text += fmt::format("measured: {}\n", verdict.measured);
  if (!verdict.limit.empty()) text += fmt::format("limit: {}\n", verdict.limit);
  if (!verdict.confidence.empty()) text += fmt::format("confidence: {}\n", verdict.confidence);
  for (const auto& [heading, words] : explanations(verdict))
    text += fmt::format("\n{}:\n{}\n", heading, words);
  if (!verdict.wire.empty()) text += fmt::format("\nOn the wire:\n{}\n", wire_text(verdict));
  if (!verdict.reproduce.empty()) text += fmt::format("\nTo see it again:\n{}\n", verdict.reproduce);
  for (const auto& file : verdict.evidence_files) text += fmt::format("evidence: evidence/{}\n", file);
  return visible_at_most(text, junit_text_max, Keep::lines);
}

void add_result(pugi::xml_node testcase, const char* kind, std::string_view type, const Verdict& verdict) {
  auto result = testcase.append_child(kind);
  set(result, "message", visible_at_most(verdict.summary, message_max));
  if (!type.empty()) set(result, "type", type);
  if (verdict.status != Status::skip) result.text().set(full_text(verdict).c_str());
}

/// Inconclusive is an error: the run's exit status is 2, so the job is not green, and a reader must find out
/// why. JUnit's "error" means just that: the test could not come to its end. A skipped test would hide it.
void add_verdict(pugi::xml_node suite, const Verdict& verdict, const record::RunRecord& record) {
  auto testcase = suite.append_child("testcase");
  set(testcase, "classname", fmt::format("bftp-torture.{}", to_string(verdict.category)));
  set(testcase, "name",
      verdict.title.empty() ? verdict.id : fmt::format("{}: {}", verdict.id, verdict.title));
  // A check looks at what all of them share; only a case has a time of its own.
  const auto tried = std::ranges::find(record.cases, verdict.id, &record::CaseOutcome::id);
  if (tried != record.cases.end()) set(testcase, "time", fmt::format("{:.3f}", tried->took_s));
  switch (verdict.status) {
    case Status::fail:
      add_result(testcase, "failure", to_string(verdict.severity), verdict);
      break;
    case Status::inconclusive:
      add_result(testcase, "error", "inconclusive", verdict);
      break;
    case Status::skip:
      add_result(testcase, "skipped", "", verdict);
      break;
    case Status::warn:
      // Neither green nor red: what other runners write for a failure that is expected.
      if (!verdict.waived.empty()) {
        add_result(testcase, "skipped", "waived", verdict);
        break;
      }
      [[fallthrough]];
    case Status::pass:
      testcase.append_child("system-out").text().set(full_text(verdict).c_str());
      break;
  }
}

/// A run that judged nothing must not look like an empty, green suite.
void add_harness_failure(pugi::xml_node suite, const RunReport& report) {
  auto testcase = suite.append_child("testcase");
  set(testcase, "classname", "bftp-torture.harness");
  set(testcase, "name", "run: The harness could do its work");
  auto error = testcase.append_child("error");
  set(error, "message", visible_at_most(headline(report), message_max));
  set(error, "type", "harness_failed");
  if (const std::string more = beneath_headline(report); !more.empty())
    error.text().set(visible_at_most(more, junit_text_max, Keep::lines).c_str());
}

/// The words of servers that ended by themselves.
std::string system_err(const record::RunRecord& record) {
  std::string text;
  for (const auto& end : record.server_ends) {
    const bool companion = end.arm == record::Arm::control || end.arm == record::Arm::control_b;
    if (companion || !end.by_itself) continue;
    text += fmt::format("The {} {}. Its last lines:\n", record::to_string(end.arm), server_end_text(end));
    for (const auto& line : end.last_lines) text += line + "\n";
  }
  return visible_at_most(text, junit_text_max, Keep::lines);
}

void add_counts(pugi::xml_node node, const RunReport& report) {
  const StatusCounts counts = count_statuses(report.verdicts);
  const bool harness_failed = outcome(report) == Outcome::harness_failed;
  node.append_attribute("tests").set_value(counts.total() + (harness_failed ? 1 : 0));
  node.append_attribute("failures").set_value(counts.fail);
  node.append_attribute("errors").set_value(counts.inconclusive + (harness_failed ? 1 : 0));
  node.append_attribute("skipped").set_value(counts.skip + counts.waived);
  set(node, "time", fmt::format("{:.3f}", report.record.duration_s + cases_s(report.record)));
}

void add_properties(pugi::xml_node suite, const RunReport& report) {
  const record::RunRecord& record = report.record;
  auto properties = suite.append_child("properties");
  add_property(properties, "verdict", key(outcome(report)));
  add_property(properties, "server", server_text(record));
  add_property(properties, "plan", work_text(record));
  add_property(properties, "seed", std::to_string(record.plan.seed));
  add_property(properties, "transfers", transfers_text(record));
  add_property(properties, "bftp-torture", record.version);
  add_property(properties, "report", report.folder);
}

std::string junit_xml(const RunReport& report) {
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  auto suites = document.append_child("testsuites");
  set(suites, "name", "bftp-torture");
  add_counts(suites, report);
  auto suite = suites.append_child("testsuite");
  set(suite, "name", fmt::format("bftp-torture.{}", report.record.plan.name));
  add_counts(suite, report);
  set(suite, "timestamp", std::string_view(report.record.started_utc).substr(0, 19));
  set(suite, "hostname", report.record.machine.hostname);
  add_properties(suite, report);
  if (outcome(report) == Outcome::harness_failed) add_harness_failure(suite, report);
  for (const Verdict& verdict : report.verdicts) add_verdict(suite, verdict, report.record);
  const std::string words = system_err(report.record);
  if (!words.empty()) suite.append_child("system-err").text().set(words.c_str());
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace

BFTP_REGISTER_FORMAT(junit_xml, {"junit", "junit.xml", "a testcase per check, for CI systems", &junit_xml})

}  // namespace bftp::report
