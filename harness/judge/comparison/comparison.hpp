#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/plan/gate.hpp"
#include "harness/record/run_record.hpp"

/// What two servers' blocks say about each other. Pure functions of the record.
namespace bftp::judge {

enum class Answer : std::uint8_t {
  better,   ///< faster, leaner: the whole interval, beyond the floor
  worse,    ///< slower, heavier
  same,     ///< the whole interval lies within the smallest effect
  unclear,  ///< neither: more rounds would settle it
  shown,    ///< no verdict can rest on this figure
};

/// One figure of one kind of work, of both servers.
struct ComparisonRow {
  const plan::CompareMetric* metric = nullptr;  ///< of plan::compare_metrics(); never null
  std::optional<record::Op> op;                 ///< none: memory, which is of a whole round
  std::optional<std::uint16_t> fixture;
  std::optional<std::uint32_t> clients;
  double base = 0, head = 0;  ///< medians over rounds, in the metric's unit; nothing with 0 rounds
  /// Head / base, or head - base where the metric is compared as a difference: estimate and interval.
  double value = 1, low = 1, high = 1;
  double confidence = 0;  ///< of the interval, 0 to 1; 0: too few rounds for any
  Answer answer = Answer::unclear;
  std::size_t rounds = 0;    ///< that the estimate rests on; 0: transfers failed in all of them
  std::size_t pairs = 0;     ///< of blocks; 0 for memory
  std::size_t left_out = 0;  ///< pairs (memory: rounds) in which transfers failed
  std::optional<std::size_t> rounds_wanted;  ///< unclear: so many rounds in all would probably settle it
  std::vector<double> by_round;              ///< the same figure, one value for each round, in order
};

/// Shares of errors over the whole family of rows: any false "faster", "slower", "leaner", "heavier", "same".
inline constexpr double comparison_error_max = 0.01;
/// Differences below this part of the smallest effect are never called one, however certain: the alignment of
/// two builds alone makes as much.
inline constexpr double floor_share_of_effect = 0.25;
/// memory_growth, bytes per transfer: the same within; and called a difference from.
inline constexpr double growth_same_bytes = 256, growth_floor_bytes = 64;

/// All rows, metrics in their order within each kind of work, memory last. Empty if the record compares
/// nothing or no round came to its end. What a server did while transfers failed counts for no figure: who
/// refuses work is not leaner for it. docs/statistics.md says how.
std::vector<ComparisonRow> compare(const record::RunRecord& record);

/// True once no row that can gate is unclear.
bool conclusive(const std::vector<ComparisonRow>& rows);

/// "faster", "slower", "leaner", "heavier", "same within 2 %", "cannot tell", "" for Answer::shown.
std::string answer_text(const ComparisonRow& row, const record::Comparison& comparison);

/// "GET of oliver_twist.txt, 8 clients", "memory of a round".
std::string work_text(const ComparisonRow& row, const record::RunRecord& record);

/// Identity and errors of both servers, whether they stayed up, and each gate. For judge_all().
std::vector<Verdict> judge_comparison(const record::RunRecord& record);

/// The least number of rounds from which on a family of `rows` can say anything at `error`: two-sided signed
/// rank test, 2 / 2^n <= error / rows.
std::size_t rounds_needed(std::size_t rows, double error);

}  // namespace bftp::judge
