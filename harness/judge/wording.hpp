#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/check.hpp"

/// How verdicts say things: figures with the digits that mean something, a unit after each, words that a
/// second-year student knows.
namespace bftp::judge {

std::string number(double value);     ///< three digits that count, no exponent: "0.0042", "1.25", "17400"
std::string percent(double share);    ///< 0.0213 -> "2.1 %"
std::string milliseconds(double ms);  ///< "0.42 ms", "41 ms", "1.2 s"
std::string bytes(double count);      ///< "812 B", "64 KiB", "1.5 MiB", with a sign if negative
std::string counted(std::uint64_t count, std::string_view noun);  ///< "1 transfer", "20 transfers"
std::string joined(const std::vector<std::string>& items);        ///< "a, b and c"

/// What a hostile server printed, for one line of a verdict: control characters as \xNN, cut after `max`
/// bytes.
std::string quoted(std::string_view text, std::size_t max = 160);

/// Id, category and title filled in, and how to see it again; status skip.
Verdict begin(const Check& check, const Evidence& evidence);

/// The higher the worse, where one verdict is chosen of several on parts of one question.
int badness(Status status);

/// The server served one connection and ended, and was started anew for each transfer.
bool serves_once(const record::RunRecord& record);
/// Somebody changed files of the reference server: its failures excuse nobody.
bool control_was_changed(const record::RunRecord& record);
/// What lies in the folder that is served is not what was put there, in the words of the record; empty if it
/// is.
std::string served_files_changed(const record::RunRecord& record);
/// Likely cause of wrong copies and of refusals then; empty if the files are as they were.
std::string destroys_what_it_serves(const record::RunRecord& record);
/// Of a check that passes because the plan allows what it found: "3 of 20 failed, which the plan allows."
std::string within_the_plan(const std::string& measured);
/// Interrupted, or out of time: checks were left out that a whole run would have judged.
bool is_cut_short(const record::RunRecord& record);

/// Sets status and the sentence that explains it.
Verdict skipped(Verdict verdict, std::string reason);
Verdict inconclusive(Verdict verdict, std::string reason, std::string settle);

/// "4 clients made 800 transfers (GET and PUT) of 3 files"; of the pass that the evidence is about.
std::string work_done(const Evidence& evidence);

/// The run's command line with its seed, and with `fixture` alone when one is named and the command does not
/// choose already.
std::string reproduce(const record::RunRecord& record, std::string_view fixture = {});

/// Of the server's transfers in order of recording, those that `counts` so far. Nothing to draw without any.
Series count_so_far(const record::RunRecord& record, std::string title,
                    const std::function<bool(const record::TransferPoint&)>& counts);

/// Finite points only, at most 1000: of each stretch that is too dense the lowest and the highest remain, so
/// that outliers stay in the picture.
Series picture(std::string title, std::string x_label, std::string y_label, const std::vector<double>& x,
               const std::vector<double>& y);

/// Times in ascending order over the share of transfers that are faster. `times_ms`: finite.
Series picture_of_times(std::string title, const std::vector<double>& times_ms);

}  // namespace bftp::judge
