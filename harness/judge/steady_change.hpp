#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/check.hpp"

namespace bftp::judge {

/// A figure of one round, as logarithm of its ratio to the usual: 0.69 is twice the usual.
struct RoundFigure {
  std::uint32_t round = 0;
  double log_ratio = 0;
};

/// How a figure changes over the rounds of a run.
struct SteadyChange {
  std::size_t rounds = 0;
  double factor = 1;      ///< from the first tenth to the last, by the Theil-Sen line
  double factor_low = 1;  ///< by the lower end of the slope's interval
  double factor_high = 1;
  bool range_certain = false;  ///< false: the two ends are the extremes of what was seen
  bool rising = false;  ///< the whole interval above 0, and each half rises with at least a quarter of the
                        ///< whole slope: a step, as a program that starts meanwhile makes it, does neither
};

/// Below, half of the rounds are fewer than three points, and nothing tells a slope from a step.
inline constexpr std::size_t rounds_for_change = 6;

/// Nothing below three rounds.
std::optional<SteadyChange> steady_change(const std::vector<RoundFigure>& figures);

/// What a check of change over the run compares with.
struct ChangeLimits {
  double alone_fail = 1.0, alone_warn = 0.5;  ///< without a control arm; 1.0: twice as much
  double fail = 0.2, warn = 0.1;              ///< relative to the control arm in the same rounds
};

struct ChangeWords {
  std::string what;  ///< "Service time"
  std::string cause;
  std::string y_label;  ///< of the picture
};

/// One kind of work of a run, or all of it.
struct ChangePart {
  std::string name;  ///< "GET of small files"; empty: all work together
  std::vector<RoundFigure> server, beside, equal;
  /// Of the confirmation, where there is a control arm: the first pass's rounds of `beside` and then its own,
  /// in one count. Empty else.
  std::vector<RoundFigure> both_passes;
};

/// The worst of the verdicts on the parts, by judge_change(): a rise in one kind of work hides among others
/// that stay level. Its p-value is multiplied by the number of parts (Bonferroni). With fewer rounds than
/// rounds_for_change only the first part, which is all work together, is judged: less of it is too little.
Verdict judge_change_of_parts(const Verdict& verdict, const Evidence& evidence,
                              const std::vector<ChangePart>& parts, const ChangeLimits& limits,
                              const ChangeWords& words);

/// The verdict on a figure that may rise. `part.server` is the figure alone; `part.beside` its ratio to the
/// control in the same rounds, judged instead where there are rounds_for_change of it; `part.equal` the ratio
/// of two equal servers, whose change is the least that is claimed. Repeats that rise by more than they need
/// to, but not for certain, are looked at together with the first pass (`part.both_passes`): what grows by as
/// much with each transfer grows by a smaller factor the second time, while its noise stays.
Verdict judge_change(Verdict verdict, const Evidence& evidence, const ChangePart& part,
                     const ChangeLimits& limits, const ChangeWords& words);

/// Chance to see a rise like this or a steadier one if the true rise over the run had the factor 1 + `rise`:
/// one-sided Mann-Kendall of what is left once that rise is taken off.
double p_of_rise(const std::vector<RoundFigure>& figures, double rise);

/// Median over `items` of each round; items are (round, value).
std::vector<RoundFigure> medians_by_round(const std::vector<RoundFigure>& items);

}  // namespace bftp::judge
