#include "harness/judge/case_verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::CaseDemand;
using record::CaseOutcome;
using record::CaseResult;

std::string sentence(std::string text) {
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text.back() == '.' ? text : text + '.';
}

/// A failure, not just a warning, where it is not kept.
bool binds(const CaseOutcome& outcome, const record::RunRecord& record) {
  return outcome.demand == CaseDemand::must ||
         (outcome.demand == CaseDemand::asked && plan::runs_suite(record.plan, outcome.category));
}

const char* rests_on(const CaseOutcome& outcome, const record::RunRecord& record) {
  if (outcome.demand == CaseDemand::must) return "a clause demands it";
  return binds(outcome, record) ? "no clause demands it, the suite does" : "no clause demands it";
}

Status status_of(const CaseOutcome& outcome, bool binding) {
  switch (outcome.result) {
    case CaseResult::kept:
      return Status::pass;
    case CaseResult::tolerated:
    case CaseResult::seen_once:
      return Status::warn;
    case CaseResult::broken:
      return binding || !outcome.server_after.empty() ? Status::fail : Status::warn;
    case CaseResult::unknown:
      return Status::inconclusive;
    case CaseResult::skipped:
      return Status::skip;
  }
  return Status::inconclusive;
}

Severity severity_of(const CaseOutcome& outcome, Status status) {
  // What a hostile client reaches is everybody's, and so is a server that is gone.
  const bool grave = outcome.category == "hostile" || !outcome.server_after.empty();
  if (status == Status::fail) return grave ? Severity::critical : Severity::major;
  return status == Status::warn ? Severity::minor : Severity::info;
}

const char* measured_of(const CaseOutcome& outcome) {
  switch (outcome.result) {
    case CaseResult::kept:
      return "as expected";
    case CaseResult::tolerated:
      return "not quite as expected";
    case CaseResult::broken:
      if (outcome.server_after.empty()) return "not as expected, twice";
      return outcome.server_after.starts_with("the server runs") ? "the server is not what it was before"
                                                                 : "the server did not survive it";
    case CaseResult::seen_once:
      return "not as expected, once of two";
    case CaseResult::unknown:
    case CaseResult::skipped:
      break;
  }
  return "";
}

std::string summary_of(const CaseOutcome& outcome) {
  switch (outcome.result) {
    case CaseResult::kept:
      return sentence(outcome.happened);
    case CaseResult::tolerated:
      return sentence(outcome.happened) + " That harms nobody, and is not what is expected.";
    case CaseResult::seen_once:
      return "Seen once, but not again when it was tried again, so it fails nobody.";
    case CaseResult::broken:
      return sentence(outcome.server_after.empty() ? outcome.happened : outcome.server_after);
    case CaseResult::unknown:
      return "Could not be found out: " + sentence(outcome.happened);
    case CaseResult::skipped:
      return "Not tried: " + sentence(outcome.happened);
  }
  return {};
}

std::string story(const CaseOutcome& outcome) {
  std::string text = sentence(outcome.happened);
  if (!outcome.server_after.empty()) text += " Then: " + sentence(outcome.server_after);
  return text;
}

/// As shares, since a request has some bytes and a file thousands. The end of the case is the end of the
/// picture, so that a silence is seen.
Series flow_picture(const CaseOutcome& outcome, std::string_view where,
                    std::uint64_t record::WirePoint::*bytes) {
  const std::uint64_t all = outcome.flow.back().*bytes;
  std::vector<double> ms, share;
  const auto add = [&](double time_s, std::uint64_t count) {
    ms.push_back(time_s * 1000);
    share.push_back(all == 0 ? 0 : 100 * static_cast<double>(count) / static_cast<double>(all));
  };
  for (const auto& point : outcome.flow) add(point.time_s, point.*bytes);
  add(std::max(outcome.took_s, outcome.flow.back().time_s), all);
  Series series = picture(fmt::format("Over the wire, {} ({})", where, counted(all, "byte")),
                          "ms since the case began", "% of all bytes", ms, share);
  series.holds = true;
  return series;
}

/// Runs that one case and nothing else, on the same server.
std::string command_for(const CaseOutcome& outcome, const record::RunRecord& record) {
  const std::string command = reproduce(record);
  const bool is_alone = record.plan.only.size() == 1;
  return is_alone ? command : command + " --only " + outcome.id;
}

Verdict verdict_of(const CaseOutcome& outcome, const record::RunRecord& record) {
  Verdict verdict;
  verdict.id = outcome.id;
  verdict.category = category_from(outcome.category).value_or(Category::framing);
  verdict.title = outcome.title;
  verdict.status = status_of(outcome, binds(outcome, record));
  verdict.severity = severity_of(outcome, verdict.status);
  verdict.measured = measured_of(outcome);
  verdict.limit = rests_on(outcome, record);
  verdict.summary = summary_of(outcome);
  verdict.done = outcome.done;
  verdict.expected = outcome.expected;
  verdict.clauses = outcome.clauses;
  verdict.alone = command_for(outcome, record);
  verdict.reproduce = outcome.reproduce.empty() ? verdict.alone : outcome.reproduce;
  if (verdict.status == Status::inconclusive) verdict.settle = "Run again: " + verdict.alone;
  const bool well = verdict.status == Status::pass || verdict.status == Status::skip;
  if (!well) verdict.happened = story(outcome);
  if (!well) verdict.wire = outcome.wire;
  if (!well) verdict.cause = outcome.cause;
  if (!outcome.flow.empty()) {
    verdict.series.push_back(flow_picture(outcome, "to the server", &record::WirePoint::sent));
    verdict.series.push_back(flow_picture(outcome, "from the server", &record::WirePoint::received));
  }
  return verdict;
}

}  // namespace

std::vector<Verdict> case_verdicts(const record::RunRecord& record) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(record.cases.size());
  for (const auto& outcome : record.cases) verdicts.push_back(verdict_of(outcome, record));
  return verdicts;
}

}  // namespace bftp::judge
