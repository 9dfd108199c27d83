#pragma once

#include <string>
#include <vector>

#include "harness/judge/comparison/comparison.hpp"

/// What every format says of a comparison, in the same words.
namespace bftp::report {

/// The rows of one kind of work, in the order of the table.
struct ComparisonGroup {
  std::string title;  ///< "GET of oliver_twist.txt, 8 clients"
  std::vector<judge::ComparisonRow> rows;
};
std::vector<ComparisonGroup> comparison_groups(const record::RunRecord& record);

/// "service time", "CPU per transfer", "peak".
std::string metric_text(const judge::ComparisonRow& row);
/// One server's value with its unit: "1,204 MiB/s", "0.412 ms", "12.3 MiB", "+3.2 B"; "–" where there is
/// none.
std::string value_text(const judge::ComparisonRow& row, double value);
/// CPU of a transfer of `bytes` as seconds for a GiB, "0.31 s/GiB"; empty for files below 256 KiB and for
/// other metrics.
std::string per_gib_text(const judge::ComparisonRow& row, double value, const record::RunRecord& record);
/// "1.049", or for a difference "+12 B"; "–" where there is none.
std::string effect_text(const judge::ComparisonRow& row, double effect);
/// "1.041 to 1.058"; "too few rounds"; "transfers failed", where they are why there are too few.
std::string interval_text(const judge::ComparisonRow& row);
/// The verdict, with what would settle it: "cannot tell (~40 rounds)".
std::string verdict_text(const judge::ComparisonRow& row, const record::Comparison& comparison);
/// "Head against base: 3 figures slower or heavier, 5 figures the same within 2 %, memory growth the same
/// within 256 B, 1 figure that cannot be told".
std::string comparison_headline(const record::RunRecord& record);
/// How sure the table is and what it rests on, for people: a few sentences.
std::string method_text(const record::RunRecord& record);

}  // namespace bftp::report
