#include "harness/report/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "harness/record/all_transfers.hpp"
#include "harness/report/comparison_text.hpp"
#include "harness/report/figures.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;

/// Why nothing was judged lies with the server under test: it did not come up, or speaks something else. So
/// that who grades many tells these from the runs that are to be made again.
bool is_of_the_server(std::string_view why) {
  for (const std::string_view start : {"the base could not be started: ", "the head could not be started: "})
    if (why.starts_with(start)) why.remove_prefix(start.size());
  constexpr std::array<std::string_view, 8> beginnings{
      "the server ended",         "the server was ended",
      "the server had",           "the server runs, but has not listened",
      "the server listens on",    "the server does not answer",
      "the base does not answer", "the head does not answer"};
  return std::ranges::any_of(beginnings, [&](std::string_view start) { return why.starts_with(start); });
}

std::string list_ops(const std::vector<record::Op>& ops) {
  std::string text;
  for (std::size_t at = 0; at < ops.size(); ++at) {
    if (at > 0) text += at + 1 == ops.size() ? " and " : ", ";
    text += op_text(ops[at]);
  }
  return text;
}

std::string_view signal_name(int signal) {
  switch (signal) {
    case 1:
      return " (SIGHUP)";
    case 2:
      return " (SIGINT)";
    case 4:
      return " (SIGILL)";
    case 6:
      return " (SIGABRT)";
    case 7:
      return " (SIGBUS)";
    case 8:
      return " (SIGFPE)";
    case 9:
      return " (SIGKILL)";
    case 11:
      return " (SIGSEGV)";
    case 13:
      return " (SIGPIPE)";
    case 15:
      return " (SIGTERM)";
    default:
      return "";
  }
}

/// Why checks were skipped, in the words that most of them have.
std::string most_frequent_reason(std::span<const Verdict> verdicts) {
  std::map<std::string_view, std::size_t> reasons;
  for (const Verdict& verdict : verdicts)
    if (verdict.status == Status::skip && !verdict.summary.empty()) ++reasons[verdict.summary];
  const auto most = std::max_element(reasons.begin(), reasons.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == reasons.end() ? "no check had anything to look at" : std::string(most->first);
}

record::TransferCount both_servers(const record::RunRecord& record) {
  record::TransferCount sum = record.transfers.total(record::Arm::base);
  const record::TransferCount head = record.transfers.total(record::Arm::head);
  sum.transfers += head.transfers;
  sum.identical += head.identical;
  sum.different += head.different;
  sum.errors += head.errors;
  sum.bytes += head.bytes;
  return sum;
}

}  // namespace

int urgency(Status status) {
  switch (status) {
    case Status::fail:
      return 0;
    case Status::inconclusive:
      return 1;
    case Status::warn:
      return 2;
    case Status::pass:
      return 3;
    case Status::skip:
      return 4;
  }
  return 5;
}

StatusCounts count_statuses(std::span<const Verdict> verdicts) {
  StatusCounts counts;
  for (const Verdict& verdict : verdicts) {
    switch (verdict.status) {
      case Status::pass:
        ++counts.pass;
        break;
      case Status::fail:
        ++counts.fail;
        break;
      case Status::warn:
        ++counts.warn;
        if (!verdict.waived.empty()) ++counts.waived;
        break;
      case Status::inconclusive:
        ++counts.inconclusive;
        break;
      case Status::skip:
        ++counts.skip;
        break;
    }
  }
  return counts;
}

Outcome outcome(const RunReport& report) {
  switch (report.exit_code) {
    case 0:
      return Outcome::passed;
    case 1:
      return Outcome::failed;
    case 2:
      return Outcome::inconclusive;
    default:
      return Outcome::harness_failed;
  }
}

std::string_view word(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "PASSED";
    case Outcome::failed:
      return "FAILED";
    case Outcome::inconclusive:
      return "INCONCLUSIVE";
    case Outcome::harness_failed:
      return "NOT JUDGED";
  }
  return "NOT JUDGED";
}

std::string_view key(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::inconclusive:
      return "inconclusive";
    case Outcome::harness_failed:
      return "harness_failed";
  }
  return "harness_failed";
}

std::string headline(const RunReport& report) {
  const StatusCounts counts = count_statuses(report.verdicts);
  const std::size_t judged = counts.total() - counts.skip;
  std::string text;
  const auto add = [&](std::string part) {
    text += (text.empty() ? "" : ", ") + std::move(part);
  };
  if (outcome(report) == Outcome::harness_failed) {
    const std::string& why = report.record.state_text;
    if (report.record.state == record::RunState::interrupted)
      return "Interrupted before anything could be judged: " + why.substr(0, why.find('\n'));
    if (why.empty() && !report.verdicts.empty())
      return "Nothing was judged, and nothing is said of the server: " +
             most_frequent_reason(report.verdicts);
    text = is_of_the_server(why) ? "The server could not be used, and nothing was judged"
                                 : "The harness or its environment failed; nothing is said of the server";
    if (!why.empty()) text += ": " + why.substr(0, why.find('\n'));
    return text;
  }
  const std::string of_all = fmt::format(" of {}", counted(judged, "check", "checks"));
  if (counts.fail > 0) add(fmt::format("{}{} failed", counts.fail, of_all));
  if (counts.inconclusive > 0) {
    add(fmt::format("{}{} could not be judged", counts.inconclusive, counts.fail > 0 ? "" : of_all));
    if (counts.fail == 0) add(fmt::format("{} passed", counts.pass + counts.warn - counts.waived));
  }
  if (counts.fail + counts.inconclusive == 0 && counts.waived > 0) {
    add(fmt::format("{}{} passed", judged - counts.waived, of_all));
  } else if (counts.fail + counts.inconclusive == 0) {
    add(judged == 1 ? std::string("the only check passed") : fmt::format("all {} checks passed", judged));
  }
  if (counts.waived > 0) add(fmt::format("{} waived", counts.waived));
  if (counts.warn > counts.waived) add(fmt::format("{} with a warning", counts.warn - counts.waived));
  if (counts.skip > 0) add(fmt::format("{} skipped", counts.skip));
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  if (report.record.state == record::RunState::interrupted) text = "Interrupted. " + text;
  if (report.record.state == record::RunState::failed)
    text = fmt::format("Ended early: {}. {}",
                       report.record.state_text.substr(0, report.record.state_text.find('\n')), text);
  if (report.record.state == record::RunState::time_up)
    text = (report.record.temporary_files.outgrown ? "Cut short, since the server filled its folder. "
                                                   : "Cut short, since time was up. ") +
           text;
  if (report.record.comparison) text = comparison_headline(report.record) + ". " + text;
  return text;
}

std::string beneath_headline(const RunReport& report) {
  const std::string& why = report.record.state_text;
  const auto border = why.find('\n');
  if (outcome(report) != Outcome::harness_failed || border == std::string::npos) return {};
  return why.substr(border + 1);
}

std::string baseline_note(const RunReport& report) {
  if (!report.record.baseline) return {};
  std::map<std::string_view, std::vector<std::string_view>> by_reason;
  std::size_t compared = 0;
  for (const Verdict& verdict : report.verdicts) {
    if (!std::string_view(verdict.id).starts_with("baseline.")) continue;
    if (verdict.status == judge::Status::skip)
      by_reason[verdict.summary].push_back(verdict.id);
    else
      ++compared;
  }
  std::vector<std::string> notes;
  for (const auto& [reason, ids] : by_reason)
    notes.push_back(compared == 0 && by_reason.size() == 1
                        ? fmt::format("Nothing was compared with it. {}", reason)
                        : fmt::format("{}: {}", fmt::join(ids, ", "), reason));
  return fmt::format("{}", fmt::join(notes, " "));
}

std::vector<const Verdict*> by_urgency(std::span<const Verdict> verdicts) {
  std::vector<const Verdict*> sorted;
  for (const Verdict& verdict : verdicts) sorted.push_back(&verdict);
  const auto rank = [](const Verdict* verdict) {
    return std::make_tuple(urgency(verdict->status), -static_cast<int>(verdict->severity), verdict->category,
                           std::string_view(verdict->id));
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Verdict* left, const Verdict* right) { return rank(left) < rank(right); });
  return sorted;
}

std::vector<Explanation> explanations(const Verdict& verdict) {
  std::vector<Explanation> parts;
  const auto add = [&](std::string_view heading, const std::string& text) {
    if (!text.empty()) parts.push_back({heading, text});
  };
  add("Done", verdict.done);
  add("Expected", verdict.expected);
  add("Happened", verdict.happened);
  add("Likely cause", verdict.cause);
  add("To settle it", verdict.settle);
  return parts;
}

std::string wire_text(const Verdict& verdict) {
  return fmt::format("{}", fmt::join(verdict.wire, "\n"));
}

std::string server_text(const plan::ServerSpec& server) {
  switch (server.kind) {
    case plan::ServerKind::reference:
      return server.model.empty() ? "reference server"
                                  : fmt::format("reference server, model {}", server.model);
    case plan::ServerKind::attached:
      return fmt::format("{} (attached)", server.attach_to.text());
    case plan::ServerKind::command:
      return server.command;
  }
  return server.command;
}

std::string server_text(const plan::Plan& plan) {
  return server_text(plan.server);
}

std::string server_text(const record::RunRecord& record) {
  if (!record.comparison) return server_text(record.plan);
  return fmt::format("head: {}; base: {}", server_text(record.plan), server_text(record.comparison->base));
}

bool is_of_cases_alone(const plan::Plan& plan) {
  return !plan::runs_transfers(plan) && !plan::tries_client(plan);
}

std::string work_text(const plan::Plan& plan) {
  if (!plan.only.empty())
    return plan.only.size() == 1 ? fmt::format("the case {} alone", plan.only.front())
                                 : fmt::format("{} cases alone, no transfers", plan.only.size());
  if (is_of_cases_alone(plan))
    return fmt::format("the cases of {} alone, no transfers", fmt::join(plan.suites, " and "));
  std::string text = fmt::format(
      "{} profile: {} × {}, {}, {}, seed {}", plan.profile, counted(plan.clients.count, "client", "clients"),
      counted(plan.iterations, "iteration", "iterations"),
      counted(plan.fixtures.size(), "fixture", "fixtures"), list_ops(plan.ops), plan.seed);
  if (plan.rate_per_s) text += fmt::format(", open loop at {} per second", significant(*plan.rate_per_s));
  return text;
}

std::string work_text(const record::RunRecord& record) {
  if (!record.comparison) return work_text(record.plan);
  const record::Comparison& comparison = *record.comparison;
  return fmt::format(
      "{} by {}, {} {}, at most {}{}, seed {}", list_ops(record.plan.ops),
      counted(record.fixtures.size(), "fixture", "fixtures"), fmt::join(comparison.client_counts, " and "),
      comparison.client_counts == std::vector<std::uint32_t>{1} ? "client" : "clients",
      seconds_text(comparison.max_time_s),
      comparison.until_conclusive ? " or until every figure has a verdict" : "", record.plan.seed);
}

std::string transfers_text(const record::RunRecord& record) {
  const record::TransferCount total =
      record.comparison ? both_servers(record) : record::all_transfers(record, record::Arm::server);
  if (total.transfers == 0) return "no transfers";
  std::string text =
      fmt::format("{}, {} verified identical", counted(total.transfers, "transfer", "transfers"),
                  total.identical == total.transfers ? "all"
                  : total.identical == 0             ? "none"
                                                     : grouped(total.identical));
  if (total.unverified() > 0) text += fmt::format(", {} not verified", grouped(total.unverified()));
  if (total.different > 0) text += fmt::format(", {} differ", grouped(total.different));
  if (total.errors > 0) text += fmt::format(", {} ended in an error", grouped(total.errors));
  return text;
}

std::string control_text(const RunReport& report) {
  const record::RunRecord& record = report.record;
  if (record.arms.empty()) return "";
  std::string text;
  for (const record::ArmInfo& info : record.arms) {
    if (info.arm != record::Arm::control) continue;
    text = fmt::format("{} beside it, in neighbouring blocks", info.name);
    if (info.dialect != record.plan.server.dialect)
      text +=
          fmt::format(", by its {} arm since it does not speak {}", info.dialect, record.plan.server.dialect);
    if (!info.remark.empty())
      return has_control(record) ? fmt::format("{}, until it was left out: {}", text, info.remark)
                                 : fmt::format("none: {}", info.remark);
  }
  if (text.empty()) return "none: absolute limits only";
  for (const Verdict& verdict : report.verdicts)
    if (verdict.id == "harness.control" && !verdict.measured.empty()) text += "; " + verdict.measured;
  return text;
}

bool has_control(const record::RunRecord& record) {
  return record.transfers.total(record::Arm::control).transfers > 0;
}

std::string_view arm_text(record::Arm arm) {
  switch (arm) {
    case record::Arm::server:
      return "server under test";
    case record::Arm::control:
      return "reference server";
    case record::Arm::control_b:
      return "reference server (second)";
    case record::Arm::base:
      return "base";
    case record::Arm::head:
      return "head";
  }
  return "unknown";
}

double cases_s(const record::RunRecord& record) {
  double seconds = 0;
  for (const auto& outcome : record.cases) seconds += outcome.took_s;
  return seconds;
}

std::string_view op_text(record::Op op) {
  switch (op) {
    case record::Op::get:
      return "GET";
    case record::Op::put:
      return "PUT";
    case record::Op::stall:
      return "stall";
    case record::Op::refused:
      return "refused request";
    case record::Op::abort_get:
      return "GET broken off";
    case record::Op::abort_put:
      return "PUT broken off";
    case record::Op::half_open:
      return "half-open connection";
    case record::Op::replace_put:
      return "PUT onto an older file";
    case record::Op::other_verb:
      return "request that moves no file";
  }
  return "unknown";
}

std::string_view status_text(Status status) {
  switch (status) {
    case Status::pass:
      return "passed";
    case Status::fail:
      return "failed";
    case Status::warn:
      return "warning";
    case Status::inconclusive:
      return "inconclusive";
    case Status::skip:
      return "skipped";
  }
  return "unknown";
}

std::string server_end_text(const record::ServerEnd& end) {
  std::string text = "ended";
  const bool not_its_own = end.guard_lost || end.excess.has_value();
  if (not_its_own) {
    text = record::how_it_ended(end);
  } else if (end.signal) {
    text = fmt::format("ended by signal {}{}", *end.signal, signal_name(*end.signal));
  } else if (end.exit_code) {
    text = fmt::format("exited with status {}", *end.exit_code);
  }
  text += fmt::format(" at {}", seconds_text(end.time_s));
  if (not_its_own) return text;
  if (end.by_itself) return text + ", by itself";
  if (end.killed) return text + ", killed: it did not end by SIGTERM in time";
  if (end.stop_took_s) return text + fmt::format(", {} after SIGTERM", seconds_text(*end.stop_took_s));
  return text;
}

}  // namespace bftp::report
