#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/judge/check.hpp"
#include "harness/judge/cost.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/steady_change.hpp"

/// Comparing two servers by what they did next to each other. Each pair of neighbouring blocks yields one
/// ratio; ratios of pooled medians would compare moments of the machine.
namespace bftp::judge {

/// One ratio: the first arm's figure over the second's, for the same work in neighbouring blocks.
struct PairPoint {
  record::Op op = record::Op::get;
  std::vector<std::uint16_t> fixtures;  ///< the one fixture, or those of the block
  std::uint32_t round = 0;
  double start_s = 0;    ///< of the first arm's block
  double log_ratio = 0;  ///< natural logarithm; 0: alike
};

/// Ratios of the median of `value` for every (pair of blocks, fixture), in order of time. Pairs in which one
/// side has no transfer that ended well are left out.
std::vector<PairPoint> time_pairs(const Evidence& evidence, record::Arm first, record::Arm second,
                                  double Sample::*value = &Sample::own_ms, Phase phase = Phase::steady);

/// Ratios of the cost per transfer for every pair of blocks, in the run's cost_unit(). Blocks whose CPU time
/// is not well above what their clock can resolve are left out: 0.5 ms, and 50 ms where only /proc's ticks
/// are to be had. Counted instructions have no such grain.
std::vector<PairPoint> cpu_pairs(const Evidence& evidence, record::Arm first, record::Arm second);
/// Likewise in a unit of the caller's, for figures that are compared from run to run.
std::vector<PairPoint> cpu_pairs(const Evidence& evidence, record::Arm first, record::Arm second,
                                 CostUnit unit);

/// The typical ratio of a set of pairs.
struct Effect {
  statistics::Estimate log;  ///< Hodges-Lehmann with its 95 % interval
  std::size_t pairs = 0;
  std::vector<double> log_ratios;

  double ratio() const;
  double ratio_low() const;
  double ratio_high() const;
};
/// "between 2.1 and 2.4 times at 95 % confidence, 12 pairs"; fewer than six have no such interval.
std::string range_in_words(const Effect& effect);
/// Nothing without pairs.
std::optional<Effect> effect_of(std::span<const PairPoint> pairs);

/// By how much two equal servers may differ in this run for no reason: the end of the 95 % interval of the
/// typical ratio control_b / control that lies further from 1, as logarithm. No verdict claims less.
struct NoiseFloor {
  double log = 0;
  std::size_t pairs = 0;  ///< 0: no A/A pair, and `log` is the cautious 10 %
  /// By how much they differed for certain: the other end, 0 if the interval holds 0.
  double certain_log = 0;

  double share() const;          ///< 0.018 for 1.8 %
  double certain_share() const;  ///< likewise, of certain_log
};
NoiseFloor time_floor(const Evidence& evidence);
NoiseFloor cpu_floor(const Evidence& evidence);

enum class Standing : std::uint8_t {
  within,     ///< the estimate lies on the good side of the line
  unsettled,  ///< the estimate lies beyond the line, but not the whole interval beyond it and the floor
  beyond,     ///< the whole interval lies beyond the line and beyond the floor
};
/// `limit_log` above 0: ratios above it are bad.
Standing standing(const Effect& effect, double limit_log, const NoiseFloor& floor);

/// Chance to see pairs like these or worse if the true ratio lay at the limit: one-sided signed rank test.
double p_beyond(const Effect& effect, double limit_log);

/// How many pairs more would narrow the interval enough to clear the line, were the estimate to stay: widths
/// shrink with the square root of the number. Nothing if the estimate lies on the line, as good as, so that
/// no number helps (more than 1000 times as many).
std::optional<std::size_t> pairs_wanted(const Effect& effect, double limit_log, const NoiseFloor& floor);

/// So many pairs in rounds like those that were run, 1 at least.
std::uint32_t rounds_for(std::size_t pairs_more, std::span<const PairPoint> pairs);

/// For a verdict: "8 more rounds like these would settle it (--rounds, or --until-conclusive)". Also sets
/// Verdict::rounds_wanted.
Verdict wanting_rounds(Verdict verdict, std::string reason, std::optional<std::uint32_t> rounds);

/// The pairs' ratios by round, each relative to the usual of the same work: what drifts between the two.
std::vector<RoundFigure> rounds_of(std::span<const PairPoint> pairs);

/// Evidence: the ratio of each pair over the run.
Series pair_picture(std::string title, std::span<const PairPoint> pairs);
/// "GET of db.csv", "PUT of 14 small files".
std::string work_name(const record::RunRecord& record, const PairPoint& pair);

bool has_arm(const record::RunRecord& record, record::Arm arm);

}  // namespace bftp::judge
