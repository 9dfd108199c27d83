#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/judge/check.hpp"
#include "harness/judge/comparison/comparison.hpp"
#include "harness/judge/comparison/gates.hpp"
#include "harness/judge/left_out.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// What each server is asked besides its figures. The other checks want a run of their own.
constexpr std::array checks_of_each{"identity.copies", "identity.errors", "lifecycle.stays_up"};

/// The record as if one of the two servers had been alone in it.
record::RunRecord alone(const record::RunRecord& record, record::Arm arm) {
  record::RunRecord one;
  one.plan = record.plan;
  one.state = record.state;
  one.state_text = record.state_text;
  one.fixtures = record.fixtures;
  one.transfers = record.transfers.only(arm, record::Arm::server);
  if (arm == record::Arm::base) one.plan.server = record.comparison->base;
  for (record::ServerEnd end : record.server_ends) {
    if (end.arm != arm) continue;
    end.arm = record::Arm::server;
    one.server_ends.push_back(std::move(end));
  }
  // Of two servers the one that stayed up must not be blamed for the other's end.
  const bool died = std::any_of(one.server_ends.begin(), one.server_ends.end(),
                                [](const record::ServerEnd& end) { return end.by_itself; });
  if (one.state == record::RunState::server_died && !died) one.state = record::RunState::complete;
  return one;
}

/// Work was under way when the comparison ended: neither a failure nor a transfer that came to its end.
Verdict unless_it_hangs(Verdict verdict, const record::RunRecord& record, record::Arm arm) {
  const auto& left = record.comparison->unanswered;
  const bool nothing_known = verdict.status == Status::skip && verdict.category == Category::identity;
  const bool all_went_well = verdict.status == Status::pass && verdict.id == "identity.errors";
  if (!left || left->arm != arm || (!nothing_known && !all_went_well)) return verdict;
  const std::string fixture =
      left->fixture < record.fixtures.size() ? record.fixtures[left->fixture].name : std::string("?");
  verdict.happened = all_went_well ? verdict.summary : std::string();
  return inconclusive(
      std::move(verdict),
      fmt::format(
          "The {} was asked for {} of {} by {}, and {:.1f} s later, when the comparison ended, there was "
          "no answer.",
          record::to_string(arm), left->op == record::Op::put ? "PUT" : "GET", quoted(fixture),
          counted(left->clients, "client"), left->waited_s),
      fmt::format("A longer comparison (--max-time): a transfer that has no answer for {:g} s "
                  "(--transfer-deadline) has failed.",
                  record.plan.clients.transfer_deadline_s));
}

void judge_arm(const record::RunRecord& record, record::Arm arm, std::vector<Verdict>& verdicts) {
  const record::RunRecord one = alone(record, arm);
  for (const Check* check : all_checks()) {
    if (std::find(checks_of_each.begin(), checks_of_each.end(), check->id()) == checks_of_each.end())
      continue;
    Verdict verdict = needing_work(check->judge({one, false}, limits_for(*check, record.plan.limits)), one);
    verdict = unless_it_hangs(std::move(verdict), record, arm);
    verdict.id = fmt::format("{}.{}", record::to_string(arm), verdict.id);
    verdict.title = fmt::format("{}: {}", record::to_string(arm), verdict.title);
    verdicts.push_back(std::move(verdict));
  }
}

}  // namespace

std::vector<Verdict> judge_comparison(const record::RunRecord& record) {
  std::vector<Verdict> verdicts;
  judge_arm(record, record::Arm::base, verdicts);
  judge_arm(record, record::Arm::head, verdicts);
  for (Verdict& verdict : judge_gates(record)) verdicts.push_back(std::move(verdict));
  return verdicts;
}

}  // namespace bftp::judge
