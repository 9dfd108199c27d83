#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/record/all_transfers.hpp"
#include "harness/record/last_words.hpp"
#include "harness/record/other_fixture.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/explain/advice.hpp"
#include "harness/report/explain/clauses.hpp"
#include "harness/report/explain/diagnosis.hpp"
#include "harness/report/explain/seen.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/format.hpp"
#include "harness/report/overview.hpp"
#include "harness/report/wrap.hpp"
#include "protocol/command_words.hpp"
#include "protocol/dialects.hpp"

/// One failure, the first, told to a student from what was done to what to change.
namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;
using record::TransferRecord;

constexpr std::size_t text_columns = 88;
constexpr std::size_t words_max = 4'000;
constexpr std::size_t server_lines_max = 16;

class Story {
 public:
  void heading(std::string_view text) { out_ += fmt::format("\n{}. {}\n", ++step_, text); }
  void say(std::string_view text) {
    for (const std::string& line : wrap(visible_at_most(text, words_max, Keep::lines), text_columns))
      out_ += line.empty() ? "\n" : "   " + line + "\n";
  }
  /// Never wrapped: code and commands are copied.
  void verbatim(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t stop = std::min(text.find('\n', at), text.size());
      out_ += "       " + visible(text.substr(at, stop - at)) + "\n";
      at = stop + 1;
    }
  }
  void title(std::string_view text) { out_ += visible(text) + "\n"; }
  void line(std::string_view text) { out_ += std::string(text) + "\n"; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  int step_ = 0;
};

std::string fixture_name(const record::RunRecord& record, const TransferRecord& row) {
  return row.fixture < record.fixtures.size() ? record.fixtures[row.fixture].name : "?";
}

void tell_done(Story& story, const record::RunRecord& record, const Verdict& verdict,
               const TransferRecord* row) {
  story.heading("What was done");
  if (!verdict.done.empty()) story.say(verdict.done);
  if (row == nullptr) return;
  const std::uint64_t size = row->fixture < record.fixtures.size() ? record.fixtures[row->fixture].size : 0;
  const bool of_the_end = verdict.id == "lifecycle.stays_up" && own_end(record) != nullptr;
  const std::string_view which = !of_the_end ? "An example"
                                 : row->error == record::TransferError::connect_failed
                                     ? "An example, the first that found nobody"
                                     : "An example, the last whose connection was taken";
  story.say(fmt::format("{}: client {} asked for {} of {} ({} bytes), {}, {} after the start.", which,
                        row->client, op_text(row->op), fixture_name(record, *row), grouped(size),
                        row->iteration >= record::crowding_iterations_from
                            ? record::iteration_text(row->iteration)
                            : fmt::format("its transfer number {} of this file", row->iteration + 1),
                        seconds_text(row->start_s)));
}

void tell_expected(Story& story, const Verdict& verdict) {
  story.heading("What should have happened");
  if (!verdict.expected.empty()) story.say(verdict.expected);
  for (const std::string& clause : verdict.clauses) {
    const std::string_view words = clause_in_words(clause);
    const std::string_view kind = clause.starts_with("RFC") ? "" : "Clause ";
    if (!words.empty()) story.say(fmt::format("{}{}: {}", kind, clause, words));
  }
}

/// Which file came in place of the one that was asked for. One that is its beginning, too, is told only where
/// others came beyond doubt.
void tell_other_file(Story& story, const record::RunRecord& record, const TransferRecord& row) {
  const auto other = record::other_fixture_sent(record, row);
  if (!other || !other_files_came(record)) return;
  story.say(
      fmt::format("What came is {}, byte for byte{}.", record.fixtures[other->fixture].name,
                  other->also_a_beginning ? ", which is also how the file that was asked for begins" : ""));
  const auto& rows = record.transfers.failures();
  const auto alike = std::count_if(rows.begin(), rows.end(), [&](const TransferRecord& failure) {
    return of_the_server(failure) && record::other_fixture_sent(record, failure).has_value();
  });
  if (alike > 1)
    story.say(fmt::format("In all, {} transfers brought another file of this run.",
                          grouped(static_cast<std::uint64_t>(alike))));
}

/// What was seen of the example, and nothing of other transfers.
void tell_transfer(Story& story, const record::RunRecord& record, const TransferRecord& row,
                   Mistake mistake) {
  // Such a close is a refusal only to a client that takes the server to be well.
  const bool closed_at_once =
      row.error == record::TransferError::refused && ends_with_close(record.plan.server.dialect);
  if (closed_at_once) {
    story.say("In the example, the server closed the connection without a byte.");
  } else if (!row.detail.empty()) {
    story.say(fmt::format("In the example, {}.", row.detail));
  }
  if (row.error != record::TransferError::none)
    story.say(fmt::format("{} of content had passed (the report calls this {}).",
                          counted(row.bytes, "byte", "bytes"), protocol::to_string(row.error)));
  if (row.first_difference)
    story.say(fmt::format("The first byte that differs is number {}, counted from 0.",
                          grouped(*row.first_difference)));
  if (mistake == Mistake::stops_at_nul)
    story.say(
        fmt::format("The file's first 00 byte is number {}, counted from 0.", grouped(stopped_at(row))));
  tell_other_file(story, record, row);
  if (mistake == Mistake::one_client_at_a_time) story.say("Another client was being served meanwhile.");
}

bool worth_showing(const record::ServerEnd& end) {
  if (end.by_itself) return true;
  return std::any_of(
             end.last_lines.begin(), end.last_lines.end(),
             [](const std::string& line) {
               for (const char* word : {"Traceback", "Error", "Exception", "panic", "rror:", "Sanitizer"})
                 if (line.find(word) != std::string::npos) return true;
               return false;
             }) ||
         record::tells_of_memory(end.last_lines);
}

/// A torture case has a server of its own, whose words are not kept: those of the run's server would be of
/// another moment.
bool is_of_a_case(const record::RunRecord& record, const Verdict& verdict) {
  return std::any_of(record.cases.begin(), record.cases.end(),
                     [&](const record::CaseOutcome& outcome) { return outcome.id == verdict.id; });
}

void tell_server_words(Story& story, const record::RunRecord& record, const Verdict& verdict) {
  if (is_of_a_case(record, verdict)) return;
  for (const auto& end : record.server_ends) {
    if (end.arm != record::Arm::server || !worth_showing(end)) continue;
    if (end.by_itself) story.say(fmt::format("The server {}.", server_end_text(end)));
    if (end.last_lines.empty()) continue;
    story.say(end.by_itself
                  ? "The last lines that the server printed:"
                  : "The last lines that the server printed, perhaps at another moment of the run:");
    const std::size_t from = end.last_lines.size() - std::min(end.last_lines.size(), server_lines_max);
    for (std::size_t at = from; at < end.last_lines.size(); ++at) story.verbatim("| " + end.last_lines[at]);
  }
}

/// Memory that ran out fits each connection that broke or fell silent, so it is named beside the likely
/// cause.
bool memory_fits(const record::RunRecord& record, const TransferRecord* row, Mistake mistake) {
  if (row == nullptr || row->error == record::TransferError::none) return false;
  if (row->bytes >= size_of(record, *row) || mistake == Mistake::runs_out_of_memory) return false;
  const auto& ends = record.server_ends;
  return std::any_of(ends.begin(), ends.end(), [](const auto& end) {
    return end.arm == record::Arm::server && record::tells_of_memory(end.last_lines);
  });
}

void tell_cause(Story& story, Mistake mistake, const std::string& cause, bool memory) {
  const std::string_view why = advice_for(mistake).why;
  story.heading("Why, most likely");
  story.say(why.empty() ? std::string_view(cause) : why);
  if (why.empty() && cause.empty()) story.say("The figures above are all that is known.");
  if (memory)
    story.say(
        "The server's last lines tell of memory that ran out, which may be the cause as well: it can end the "
        "thread of one client and leave the connection open or cut off. Look for whole files that are held "
        "in memory, and for what each transfer leaves there.");
}

void tell_change(Story& story, const record::RunRecord& record, Mistake mistake) {
  const Advice& advice = advice_for(mistake);
  if (advice.change.empty()) return;
  story.heading("What to change");
  story.say(advice.change);
  const std::string_view code = advice.code(language_of(record));
  if (code.empty()) return;
  story.line("");
  story.verbatim(code);
}

/// The example's own; of others where there is none.
void tell_evidence(Story& story, const RunReport& report, const Verdict& verdict, const TransferRecord* row) {
  std::vector<std::string> files = verdict.evidence_files;
  if (row != nullptr && !row->evidence.empty()) files = {row->evidence};
  for (const std::string& file : files)
    story.say(fmt::format("Evidence: {}/evidence/{}", report.folder, file));
}

void tell_others(Story& story, const RunReport& report, const Verdict& first) {
  std::vector<std::string> ids;
  for (const Verdict* verdict : by_urgency(report.verdicts))
    if (verdict->status == Status::fail && verdict != &first) ids.push_back(verdict->id);
  if (ids.empty()) return;
  story.line("");
  story.say(
      fmt::format("Failed as well: {}. They may follow from the first; run again when it is mended. All of "
                  "them: {}/index.html",
                  fmt::join(ids, ", "), report.folder));
}

std::string tell_failure(const RunReport& report, const Verdict& verdict) {
  const record::RunRecord& record = report.record;
  const TransferRecord* row = example_of(record, verdict);
  Story story;
  story.title(fmt::format("The first failure, explained: {} ({})", verdict.title, verdict.id));
  tell_done(story, record, verdict, row);
  tell_expected(story, verdict);
  story.heading("What happened instead");
  // Where an example is told, its words take the place of the examples in `happened`, which may be others.
  const bool has_example = row != nullptr && verdict.id != "lifecycle.stays_up" && !verdict.summary.empty();
  story.say(has_example || verdict.happened.empty() ? verdict.summary : verdict.happened);
  if (!verdict.wire.empty()) {
    story.say("On the wire:");
    for (const auto& line : verdict.wire) story.verbatim(line);
  }
  const Mistake mistake = mistake_of(record, verdict);
  if (row != nullptr) tell_transfer(story, record, *row, mistake);
  tell_server_words(story, record, verdict);
  tell_evidence(story, report, verdict, row);
  tell_cause(story, mistake, verdict.cause, memory_fits(record, row, mistake));
  tell_change(story, record, mistake);
  if (!verdict.reproduce.empty()) {
    story.heading("To see it again");
    story.verbatim(verdict.reproduce);
  }
  if (!verdict.alone.empty() && verdict.alone != verdict.reproduce) {
    story.heading("To try this case alone");
    story.verbatim(verdict.alone);
  }
  tell_others(story, report, verdict);
  return story.take();
}

/// Of a server in the wrong dialect that dialect's clause; else the one about listening.
std::string_view clause_of_start(const record::RunRecord& record, Mistake mistake) {
  constexpr std::string_view listening = "6.4";
  if (mistake != Mistake::other_dialect) return listening;
  const auto* facts = protocol::find_dialect_facts(record.plan.server.dialect);
  if (facts == nullptr || record.plan.server.dialect == "bftp") return "4.1";
  return facts->clause.starts_with("7.") ? facts->clause : "7.7";
}

std::string tell_interrupted(const RunReport& report) {
  Story story;
  story.title("Nothing was judged, explained");
  story.say(fmt::format("The run was ended from outside before its first figures were there: {}.",
                        report.record.state_text.empty() ? "interrupted" : report.record.state_text));
  story.say(fmt::format("{} had been made. A transfer that hangs costs up to {} s (--transfer-deadline).",
                        transfers_text(report.record), report.record.plan.clients.transfer_deadline_s));
  return story.take();
}

std::string tell_no_start(const RunReport& report) {
  const record::RunRecord& record = report.record;
  const Mistake mistake = mistake_at_start(record.state_text);
  const std::string_view clause = clause_of_start(record, mistake);
  Story story;
  story.title("Nothing was judged, explained");
  story.heading("What was done");
  story.say(fmt::format("The harness tried to run: {}", server_text(record.plan)));
  story.heading("What should have happened");
  story.say(mistake == Mistake::none ? "Server and clients can be started, and the server is reached."
                                     : fmt::format("Clause {}: {}", clause, clause_in_words(clause)));
  story.heading("What happened instead");
  std::string seen = record.state_text.empty() ? "nothing was recorded" : record.state_text;
  if (seen.front() >= 'a' && seen.front() <= 'z') seen.front() = static_cast<char>(seen.front() - 'a' + 'A');
  story.say(seen);
  if (mistake != Mistake::none) {
    tell_cause(story, mistake, "", false);
    tell_change(story, record, mistake);
  }
  story.heading("To see it again");
  if (!record.plan.server.command.empty()) {
    story.say("By hand, with a port and a folder in place of {port} and {root}:");
    // The command as a shell takes it, but for the placeholders: {{ is a brace.
    story.verbatim(protocol::substitute(record.plan.server.command,
                                        {{"host", "{host}"}, {"port", "{port}"}, {"root", "{root}"}}));
  }
  if (!record.plan.command_line.empty()) {
    story.say("With the harness:");
    story.verbatim(record.plan.command_line);
  }
  return story.take();
}

/// Those of one summary stand together: what keeps all cases from being judged is said once.
void list_verdicts(Story& story, const RunReport& report, Status status, std::string_view lead) {
  std::vector<std::vector<const Verdict*>> groups;
  for (const Verdict* verdict : by_urgency(report.verdicts)) {
    if (verdict->status != status) continue;
    const auto alike = std::ranges::find_if(
        groups, [&](const auto& group) { return group.front()->summary == verdict->summary; });
    if (alike == groups.end())
      groups.push_back({verdict});
    else
      alike->push_back(verdict);
  }
  if (groups.empty()) return;
  story.line("");
  story.say(lead);
  for (const auto& group : groups) {
    std::vector<std::string_view> ids;
    for (const Verdict* verdict : group) ids.push_back(verdict->id);
    const Verdict& first = *group.front();
    const bool one_way =
        std::ranges::all_of(group, [&](const Verdict* verdict) { return verdict->settle == first.settle; });
    story.say(fmt::format("- {}: {} {}", fmt::join(ids, ", "), first.summary, one_way ? first.settle : ""));
  }
}

std::string tell_no_failure(const RunReport& report) {
  Story story;
  const StatusCounts counts = count_statuses(report.verdicts);
  // A fault that was seen and could not be judged comes before all that passed.
  const std::string open =
      counts.inconclusive == 0
          ? ""
          : fmt::format("{} could not be judged, ", counted(counts.inconclusive, "check", "checks"));
  story.title(fmt::format("Nothing failed{} {}{} passed, {}", open.empty() ? ":" : ", but", open,
                          counted(counts.pass, "check", "checks"), transfers_text(report.record)));
  list_verdicts(story, report, Status::inconclusive, "What could not be judged, and what would settle it:");
  list_verdicts(story, report, Status::warn, "Worth a look:");
  return story.take();
}

std::string explain(const RunReport& report) {
  if (const Verdict* verdict = first_failure(report); verdict != nullptr)
    return tell_failure(report, *verdict);
  if (report.record.state == record::RunState::interrupted && outcome(report) == Outcome::harness_failed)
    return tell_interrupted(report);
  return outcome(report) == Outcome::harness_failed ? tell_no_start(report) : tell_no_failure(report);
}

BFTP_REGISTER_FORMAT(explain, {"explain", "explain.txt",
                               "The first failure in plain words, and what to change", &explain})

}  // namespace
}  // namespace bftp::report
