#pragma once

#include <string>
#include <vector>

#include "harness/judge/growth.hpp"
#include "harness/judge/limits.hpp"

/// Leaks on paths that no whole transfer takes, or few: refused requests, transfers that are broken off, PUTs
/// onto a file that is there.
namespace bftp::judge {

/// A figure at the quiet points of one exercise (is_exercise() of its kind) of one pass; `transfers`
/// counts its requests. `settled` is the reading after handles were given time to return.
QuietSeries exercise_series(const Evidence& evidence, record::QuietKind kind, const Reading& reading);

struct ExerciseWords {
  record::QuietKind kind = record::QuietKind::refused;
  std::string_view phase;  ///< of plan::phases
  std::string request;     ///< "refused request"
  std::string what;        ///< "requests that are to be refused"
  std::string where;       ///< where to look for the fault, a sentence
  std::string others;      ///< what such requests are compared with: "whole transfers"
};
ExerciseWords words_for(record::QuietKind kind);

struct ExerciseGrowth {
  record::QuietKind kind = record::QuietKind::refused;
  Growth growth;  ///< of memory, per request
};

/// The exercises of a pass whose requests leave memory behind for certain, and as much as whole transfers do:
/// by the slopes' intervals neither may exceed twice the other. Together they show what a short run of whole
/// transfers cannot: what goes on at the same pace long after the rounds is no warm-up. None unless whole
/// transfers grow certainly by more than limits.per_transfer, by limits.whole in all, and neither levelled
/// off nor gave it back.
std::vector<ExerciseGrowth> exercises_alike(const Evidence& evidence, const Growth& whole,
                                            const GrowthLimits& limits);

std::vector<LimitSpec> exercise_memory_limits();
std::vector<LimitSpec> exercise_handle_limits();

/// The verdict on memory that such requests leave behind. What each whole transfer leaves too is
/// memory.leak's matter and fails nobody twice.
Verdict judge_exercise_memory(const Check& check, const Evidence& evidence, const LimitValues& limits,
                              record::QuietKind kind);

/// Likewise on descriptors, threads, processes, zombies and connections in CLOSE_WAIT; the worst is named.
Verdict judge_exercise_handles(const Check& check, const Evidence& evidence, const LimitValues& limits,
                               record::QuietKind kind);

}  // namespace bftp::judge
