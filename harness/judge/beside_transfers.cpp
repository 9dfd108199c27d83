#include "harness/judge/beside_transfers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bftp::judge {
namespace {

/// How many whole transfers there are for each that is like these requests: a replacing PUT is a PUT, and
/// what each PUT leaves is spread over the GETs beside it. 1 for requests that are no whole transfers.
double transfers_for_each(const Evidence& evidence, record::QuietKind kind) {
  if (kind != record::QuietKind::replaced) return 1;
  double all = 0, puts = 0;
  for (const auto& [key, count] : evidence.record.transfers.counts()) {
    if (key.arm != record::Arm::server) continue;
    all += static_cast<double>(count.transfers);
    if (key.op == record::Op::put) puts += static_cast<double>(count.transfers);
  }
  return puts > 0 ? all / puts : 1;
}

/// What whole transfers left at the least and the most, in the first pass and in the repeats if there are
/// any: what one pass sees of them before a heap is full, the other may not.
statistics::Interval range_over_passes(const Compared& compared, statistics::Interval range) {
  for (const bool confirmation : {false, true}) {
    const Growth whole = judge_growth(
        quiet_series({compared.evidence.record, confirmation}, compared.reading), compared.limits);
    if (!whole.line) continue;
    range.low = std::min(range.low, whole.line->slope_range.low);
    range.high = std::max(range.high, whole.line->slope_range.high);
  }
  return range;
}

/// Whole transfers fail their own check only if each pass shows that they leak, and only then may they excuse
/// a path: what one pass saw and its repeats did not is nobody's matter.
bool leak_in_each_pass(const Compared& compared, bool joint) {
  for (const bool confirmation : {false, true}) {
    const Evidence pass{compared.evidence.record, confirmation};
    const Growth whole = judge_growth(quiet_series(pass, compared.reading), compared.limits);
    if (!whole.line || whole.kind == GrowthKind::leak) continue;
    if (!joint || exercises_alike(pass, whole, compared.limits).empty()) return false;
  }
  return true;
}

}  // namespace

Growth of_whole_transfers(const Evidence& evidence, const Reading& reading, const GrowthLimits& limits) {
  const Growth of_pass = judge_growth(quiet_series(evidence, reading), limits);
  return of_pass.line ? of_pass : judge_growth(quiet_series({evidence.record, false}, reading), limits);
}

Beside beside_whole_transfers(const Compared& compared, const Growth& whole,
                              const statistics::TheilSen& requests, bool joint, std::string (*text)(double)) {
  Beside beside;
  if (!whole.line) return beside;
  const ExerciseWords& words = compared.words;
  const double factor = transfers_for_each(compared.evidence, words.kind);
  beside.high = whole.line->slope_range.high * factor;
  if ((whole.kind == GrowthKind::leak || joint) && leak_in_each_pass(compared, joint)) {
    beside.fails = requests.slope_range.low <= twice * std::max(beside.high, 0.0);
    if (beside.fails) return beside;
  }
  const statistics::Interval range = range_over_passes(compared, whole.line->slope_range);
  beside.less = range.high * factor < requests.slope_range.low;
  if (beside.less && range.high <= 0) {
    beside.words = fmt::format("{} do not do this", words.others);
  } else if (beside.less) {
    beside.words = fmt::format("{} left less: at most {} each", words.others, text(range.high * factor));
  } else {
    beside.words =
        fmt::format("{} left between {} and {} each, so that this run cannot tell whether they do the same",
                    words.others, text(range.low * factor), text(range.high * factor));
  }
  return beside;
}

std::string where_to_look(const Beside& beside, const ExerciseWords& words) {
  return beside.less
             ? words.where
             : fmt::format(
                   "If {} do the same, it is what each client or request needs; if not, this way out. {}",
                   words.others, words.where);
}

}  // namespace bftp::judge
