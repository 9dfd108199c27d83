#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/run_report.hpp"

/// What every format says first, in the same words.
namespace bftp::report {

struct StatusCounts {
  std::size_t pass = 0, fail = 0, warn = 0, inconclusive = 0, skip = 0;
  std::size_t waived = 0;  ///< of the warnings: failed or inconclusive, and accepted
  std::size_t total() const { return pass + fail + warn + inconclusive + skip; }
};
StatusCounts count_statuses(std::span<const judge::Verdict> verdicts);

/// By the exit code, which the judge decided.
enum class Outcome { passed, failed, inconclusive, harness_failed };
Outcome outcome(const RunReport& report);

/// "PASSED", "FAILED", "INCONCLUSIVE", "NOT JUDGED".
std::string_view word(Outcome outcome);
/// "passed", "failed", "inconclusive", "harness_failed": stable, for machines.
std::string_view key(Outcome outcome);

/// One sentence under the verdict: "2 of 14 checks failed, 1 could not be judged".
std::string headline(const RunReport& report);

/// Of a run that judged nothing: what is known of the cause beyond the headline's line, a server's last words
/// mostly. Lines, not escaped; empty: nothing.
std::string beneath_headline(const RunReport& report);

/// What was not compared with the baseline that was given, and why: a gate that compared nothing must not
/// look like one that found nothing. Empty: all was, or there is no baseline.
std::string baseline_note(const RunReport& report);

/// Rank in lists: failures 0, inconclusive 1, warnings 2, passes 3, skipped 4.
int urgency(judge::Status status);

/// Failures first, then inconclusive, warnings, passes, skipped; within each the more severe first, then by
/// category and id.
std::vector<const judge::Verdict*> by_urgency(std::span<const judge::Verdict> verdicts);

/// Whether a verdict needs words besides its row in the table.
inline bool needs_explaining(const judge::Verdict& verdict) {
  return verdict.status == judge::Status::fail || verdict.status == judge::Status::inconclusive ||
         verdict.status == judge::Status::warn;
}

/// A verdict's explanation as (heading, text) in reading order, empty parts left out.
struct Explanation {
  std::string_view heading;  ///< "Done", "Expected", "Happened", "Likely cause", "To settle it"
  std::string text;
};
std::vector<Explanation> explanations(const judge::Verdict& verdict);

/// The conversation of a torture case, a line each; raw text of the server's. Empty: none is told.
std::string wire_text(const judge::Verdict& verdict);

/// "python3 server.py --port {port}", "reference server, model epoll", "127.0.0.1:12345 (attached)". Raw text
/// of the user's.
std::string server_text(const plan::Plan& plan);
std::string server_text(const plan::ServerSpec& server);
/// The server under test, or both of a comparison.
std::string server_text(const record::RunRecord& record);
/// Torture cases and nothing else: no client transfers files, however many there would be.
bool is_of_cases_alone(const plan::Plan& plan);
/// "standard profile: 4 clients × 100 iterations, 12 fixtures, GET and PUT, seed 1".
std::string work_text(const plan::Plan& plan);
/// The same of a whole run; of a comparison its kinds of work and its time.
std::string work_text(const record::RunRecord& record);
/// "9,600 transfers, 9,595 verified identical, 5 not", of the server under test.
std::string transfers_text(const record::RunRecord& record);

/// "bftpd beside it, twice; A/A: time 1.8 %, CPU 2.3 %", or why there is none. Empty for records that say
/// nothing of arms.
std::string control_text(const RunReport& report);

/// Seconds that the torture cases took, which the record's duration leaves out.
double cases_s(const record::RunRecord& record);

/// Whether the reference server did the same work in this run.
bool has_control(const record::RunRecord& record);
/// "reference server" for both control arms, "server under test".
std::string_view arm_text(record::Arm arm);
/// "GET", "PUT".
std::string_view op_text(record::Op op);
/// "passed", "failed", "warning", "inconclusive", "skipped".
std::string_view status_text(judge::Status status);
/// "exited with status 3 after 12.1 s, by itself", "ended by signal 11 (SIGSEGV) …".
std::string server_end_text(const record::ServerEnd& end);

}  // namespace bftp::report
