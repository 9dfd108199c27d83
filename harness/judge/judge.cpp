#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/case_verdicts.hpp"
#include "harness/judge/check.hpp"
#include "harness/judge/client_trials.hpp"
#include "harness/judge/comparison/comparison.hpp"
#include "harness/judge/family.hpp"
#include "harness/judge/left_out.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/repeats.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/waivers.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

bool has_confirmation(const record::RunRecord& record) {
  const auto confirming = [](const auto& item) {
    return item.confirmation;
  };
  return std::any_of(record.blocks.begin(), record.blocks.end(), confirming) ||
         std::any_of(record.quiet_points.begin(), record.quiet_points.end(), confirming) ||
         std::any_of(record.watches.begin(), record.watches.end(), confirming);
}

/// Both passes failed, but the second grew certainly less: a warm-up that comes to its end, or a leak beside
/// one.
Verdict slowed_down(Verdict first, const Verdict& second) {
  first.severity = Severity::info;
  first.happened = first.summary + " " + first.happened;
  first.confidence += first.confidence.empty() ? "" : "; ";
  first.confidence += "in the repeats: " + second.measured;
  first.p_value.reset();
  first.cause =
      "Something that fills up slowly (a cache, a pool, what a runtime compiles), a leak, or both. " +
      first.cause;
  return inconclusive(std::move(first),
                      "It grew, but certainly less in the fresh repeats, as what approaches a plateau does; "
                      "a leak is the same for each transfer.",
                      "A longer run: twice the --iterations, or --profile torture. A leak goes on at the "
                      "pace of the repeats, a "
                      "warm-up becomes slower again.");
}

/// Growth was certain in the first pass, and the repeats are worth nothing.
Verdict broke_down(Verdict first, const Verdict& second, const std::string& why) {
  first.confidence += first.confidence.empty() ? "" : "; ";
  first.confidence += why + ", so that they say nothing of growth";
  if (!second.measured.empty()) first.confidence += ": " + second.measured;
  return first;
}

Verdict confirmed(Verdict first, const Verdict& second, const record::RunRecord& record);

/// Where kinds of work were judged each by itself: the first that failed in both passes counts. All work
/// together may fail once, and one kind of it twice.
Verdict confirmed_part(Verdict first, Verdict second, const record::RunRecord& record) {
  for (const Verdict& part : first.parts_failed) {
    const auto again = std::find_if(second.parts_failed.begin(), second.parts_failed.end(),
                                    [&](const Verdict& other) { return other.part == part.part; });
    if (again != second.parts_failed.end()) return confirmed(part, *again, record);
  }
  second.status = Status::pass;
  first.parts_failed.clear();
  return confirmed(std::move(first), second, record);
}

/// The first pass failed; what did the fresh repeats say?
Verdict confirmed(Verdict first, const Verdict& second, const record::RunRecord& record) {
  if (second.status == Status::fail && !first.parts_failed.empty())
    return confirmed_part(std::move(first), second, record);
  const auto broken = first.growth ? repeats_broke_down(record) : std::nullopt;
  if (second.status == Status::fail) {
    const bool slower = first.growth && second.growth && certainly_slower(*first.growth, *second.growth);
    if (slower && !broken) return slowed_down(std::move(first), second);
    if (first.p_value && second.p_value)
      first.p_value = second.p_value_of_both.value_or(p_of_both(*first.p_value, *second.p_value));
    first.confidence += first.confidence.empty() ? "" : "; ";
    first.confidence += "seen again in fresh repeats";
    if (!second.measured.empty()) first.confidence += ": " + second.measured;
    return first;
  }
  if (broken) return broke_down(std::move(first), second, *broken);
  const bool unseen = second.status == Status::inconclusive || second.status == Status::skip;
  const bool less = second.status == Status::warn;
  first.status = unseen ? Status::inconclusive : Status::warn;
  first.severity = unseen ? Severity::info : Severity::minor;
  first.happened = first.summary + " " + first.happened;
  first.summary =
      unseen ? "Seen once; of the fresh repeats nothing can be said: " + second.summary
      : less
          ? "Beyond the limit once. The same work, repeated, showed it again, but not certainly beyond the "
            "limit, so it fails nobody."
          : "Seen once, but not again when the same work was repeated, so it fails nobody.";
  first.confidence = second.measured.empty() ? "" : "in the repeats: " + second.measured;
  if (unseen) first.settle = "A longer run: --profile torture. " + second.settle;
  return first;
}

/// Each of its processes lived for one transfer: there is nothing to time or to watch over.
Verdict needing_a_lasting_server(Verdict verdict, const record::RunRecord& record) {
  const bool watched = verdict.category == Category::uniformity || verdict.category == Category::cpu ||
                       verdict.category == Category::memory || verdict.category == Category::handles ||
                       verdict.id == "lifecycle.stays_up" || verdict.id == "lifecycle.stops";
  if (!watched || !serves_once(record)) return verdict;
  return skipped(std::move(verdict),
                 "The server serves one connection and ends: see lifecycle.serves_once. Each was started for "
                 "one transfer, so that there is nothing to watch over.");
}

/// Times of an external client are those of a process from its start to its end, and say little of the
/// server.
Verdict of_the_server(Verdict verdict, const record::RunRecord& record) {
  if (!has_external_client(record) || verdict.category != Category::uniformity) return verdict;
  return skipped(
      std::move(verdict),
      "Not judged with an external client: its start and end are part of each time. Run without --client to "
      "judge the server.");
}

/// Rule of judging 5: before a judgement of time, CPU or growth fails, fresh repeats must show it again.
Verdict never_repeated(Verdict first, const record::RunRecord& record) {
  first.happened = first.summary + " " + first.happened;
  first.severity = Severity::info;
  return inconclusive(std::move(first), "Seen once; the run ended before it could be repeated.",
                      record.state == record::RunState::server_died
                          ? "A server that outlasts the run: mend its end first (lifecycle.stays_up)."
                          : "A run that comes to its end: more --max-time, or none.");
}

Verdict judge_one(const Check& check, const record::RunRecord& record, bool confirmation, GroupShelf& shelf) {
  const auto limits = limits_for(check, record.plan.limits);
  Verdict first = check.judge({record, false, &shelf}, limits);
  if (first.status != Status::fail || !check.needs_confirmation()) return first;
  if (!confirmation)
    return is_cut_short(record) || record.state == record::RunState::server_died
               ? never_repeated(std::move(first), record)
               : first;
  return confirmed(std::move(first), check.judge({record, true, &shelf}, limits), record);
}

std::vector<Verdict> judge_run(const record::RunRecord& record) {
  const bool confirmation = has_confirmation(record);
  GroupShelf shelf;
  std::vector<Verdict> verdicts;
  for (const Check* check : all_checks())
    if (check->applies(record))
      verdicts.push_back(
          of_the_server(needing_a_lasting_server(
                            needing_work(judge_one(*check, record, confirmation, shelf), record), record),
                        record));
  // Before the repeats a failure is a question that they answer, and the family is corrected with both.
  if (confirmation || record.state != record::RunState::complete) correct_family(verdicts);
  for (auto& verdict : case_verdicts(record)) verdicts.push_back(std::move(verdict));
  return verdicts;
}

/// A copy that differs was hashed and compared: nothing that ended the run later takes that back.
bool proves_a_fault(const Verdict& verdict) {
  return verdict.status == Status::fail && verdict.id.ends_with("identity.copies");
}

bool about_the_server(const Verdict& verdict) {
  return verdict.category != Category::harness && verdict.status != Status::skip;
}

}  // namespace

std::vector<Verdict> judge_all(const record::RunRecord& record) {
  auto verdicts = record.comparison ? judge_comparison(record) : judge_run(record);
  apply_waivers(record.plan.waivers, verdicts);
  return verdicts;
}

std::vector<std::string> wanting_confirmation(const record::RunRecord& record,
                                              const std::vector<Verdict>& verdicts) {
  std::vector<std::string> ids;
  if (has_confirmation(record)) return ids;
  for (const Check* check : all_checks()) {
    const bool failed = std::any_of(verdicts.begin(), verdicts.end(), [&](const Verdict& verdict) {
      return verdict.id == check->id() && verdict.status == Status::fail;
    });
    if (failed && check->needs_confirmation()) ids.emplace_back(check->id());
  }
  return ids;
}

std::uint32_t rounds_wanted(const std::vector<Verdict>& verdicts) {
  std::uint32_t most = 0;
  for (const Verdict& verdict : verdicts)
    if (verdict.status == Status::inconclusive) most = std::max(most, verdict.rounds_wanted.value_or(0));
  return most;
}

int exit_code(const record::RunRecord& record, const std::vector<Verdict>& verdicts) {
  const auto any = [&](Status status) {
    return std::any_of(verdicts.begin(), verdicts.end(),
                       [status](const Verdict& verdict) { return verdict.status == status; });
  };
  if (record.state == record::RunState::failed) return std::ranges::any_of(verdicts, proves_a_fault) ? 1 : 3;
  if (any(Status::fail)) return 1;
  if (std::none_of(verdicts.begin(), verdicts.end(), about_the_server)) return 3;
  // A run that was cut short left checks out that a whole one would have judged.
  return is_cut_short(record) || any(Status::inconclusive) ? 2 : 0;
}

}  // namespace bftp::judge
