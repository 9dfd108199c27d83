#pragma once

#include <string>

#include "harness/judge/exercise_leaks.hpp"

/// What whole transfers leave behind, beside what the requests of an exercise do: so that a leak of each
/// transfer is not held against every path anew. Pure.
namespace bftp::judge {

/// A request may need another thread or buffer than a whole transfer.
inline constexpr double twice = 2;

/// Each whole transfer or, beside PUTs that replace, each PUT at the most.
struct Beside {
  bool fails =
      false;  ///< whole transfers fail their own check, and this path leaves no more than twice as much
  std::string words;  ///< else what may be said of whole transfers, a clause; empty: nothing is known
  bool less = false;  ///< they leave certainly less: this path is to blame
  double high = 0;    ///< what each leaves at the most
};

/// One figure of one exercise.
struct Compared {
  const Evidence& evidence;
  const ExerciseWords& words;
  Reading reading;
  GrowthLimits limits;
};

/// Their growth in the pass that is looked at or, where it has none, in the first.
Growth of_whole_transfers(const Evidence& evidence, const Reading& reading, const GrowthLimits& limits);

/// `whole`: of_whole_transfers(). `requests`: what the exercise leaves. `joint`: both together are known to
/// leak. `text` writes a figure.
Beside beside_whole_transfers(const Compared& compared, const Growth& whole,
                              const statistics::TheilSen& requests, bool joint, std::string (*text)(double));

/// A sentence or two for whoever mends it.
std::string where_to_look(const Beside& beside, const ExerciseWords& words);

}  // namespace bftp::judge
