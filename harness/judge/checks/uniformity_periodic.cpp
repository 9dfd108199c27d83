#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/stalling.hpp"
#include "harness/judge/statistics/periodicity.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/statistics/stalls.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t periodic_samples_min = 100;

/// Moments at which transfers began to stand still; stalls that overlap are one.
struct Moments {
  std::vector<double> start_s, end_s, position, length_ms;
};

Moments moments_of(const Outliers& outliers) {
  Moments moments;
  double until_s = -1e300;
  for (const Outlier& outlier : outliers.found) {
    const double end_s = outlier.sample->end_s();
    if (outlier.sample->start_s >= until_s) {
      moments.start_s.push_back(outlier.sample->start_s);
      moments.end_s.push_back(end_s);
      moments.position.push_back(static_cast<double>(outlier.position));
      moments.length_ms.push_back(outlier.excess_ms);
    }
    until_s = std::max(until_s, end_s);
  }
  return moments;
}

struct Beat {
  double period = 0;
  bool in_seconds = false;
  double length_ms = 0;  ///< of a typical standstill
  double strength = 0;
  std::size_t events = 0;
  /// Share of the time that is lost; unknown for a beat in transfers.
  double time_share() const { return in_seconds ? length_ms / 1000 / period : 0; }
  std::string words() const {
    return in_seconds ? milliseconds(period * 1000) : fmt::format("{} transfers", number(std::round(period)));
  }
};

/// Whoever stops the whole server asks for no operation: all together, then each by itself.
std::vector<Pool> pools_for_rhythm(const std::vector<Group>& groups) {
  Pool all{"all transfers", {}};
  for (const Group& group : groups) all.groups.push_back(&group);
  std::vector<Pool> pools = pools_of(groups);
  if (pools.size() > 1) pools.insert(pools.begin(), std::move(all));
  return pools;
}

/// Of all transfers of the pool: when a standstill could be seen to begin or to end. Blocks of one kind come
/// round and round, and that rhythm is ours.
std::vector<double> exposure_of(const Pool& pool, bool ends) {
  std::vector<double> moments;
  for (const Group* group : pool.groups)
    for (const Sample& sample : group->samples) moments.push_back(ends ? sample.end_s() : sample.start_s);
  return moments;
}

/// Of the moments at which transfers began to stand still or went on, whichever agree better: who comes in
/// the middle of a pause waits for its end.
std::optional<statistics::Recurrence> recurrence_of(const Pool& pool, const Moments& moments,
                                                    double period_min_s) {
  auto best = statistics::find_recurrence(moments.start_s, period_min_s, exposure_of(pool, false));
  std::vector<double> ends = moments.end_s;
  std::sort(ends.begin(), ends.end());
  const auto of_ends = statistics::find_recurrence(ends, period_min_s, exposure_of(pool, true));
  return of_ends && (!best || of_ends->p < best->p) ? of_ends : best;
}

std::optional<Beat> beat_of(const Pool& pool, const Outliers& outliers) {
  const Moments moments = moments_of(outliers);
  if (moments.start_s.size() < stall_events_min) return std::nullopt;
  const double length_ms = *statistics::median(moments.length_ms);
  Beat beat{0, false, length_ms, 0, moments.start_s.size()};
  if (const auto period = statistics::find_period(moments.position, 0.15)) {
    beat.period = period->length;
    beat.strength = 1 - period->jitter;
    if (beat.period >= 2) return beat;
  }
  // A standstill is over before the next can begin, so no shorter period is looked for.
  if (const auto recurrence = recurrence_of(pool, moments, 2 * length_ms / 1000)) {
    beat.period = recurrence->period;
    beat.in_seconds = true;
    beat.strength = recurrence->strength;
    return beat;
  }
  return std::nullopt;
}

class Periodic final : public Check {
 public:
  std::string_view id() const override { return "uniformity.periodic"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "Transfers do not stand still in a steady rhythm"; }
  std::string_view about() const override {
    return "Looks for a rhythm in the moments at which transfers stand still or go on, in transfers (steady "
           "distances) and in seconds (do their phases agree, over all periods). Stalls so frequent that "
           "uniformity.stalls fails for them are only given their period here. Warns only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"time_share_max", 0.02, "share of time",
         "warns if standstills in a rhythm of seconds take more of the time"},
        {"transfers_max", 1000, "transfers", "warns if each n-th transfer stands still, for n up to this"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "Nothing in a server makes clients wait again and again at fixed times.";
    const double share_max = limit(*this, limits, "time_share_max");
    verdict.limit = fmt::format("no rhythm that takes more than {} of the time", percent(share_max));
    const auto groups = groups_of(evidence, record::Arm::server);
    const OutlierLimit outlier_limit = stall_limit(evidence);
    std::optional<StallFinding> rhythmic;
    std::optional<Beat> beat;
    std::size_t transfers = 0, stalls = 0;
    for (const Pool& pool : pools_for_rhythm(groups)) {
      StallFinding finding{pool, find_outliers(evidence.record, pool, outlier_limit), false, 0};
      transfers = std::max(transfers, finding.outliers.total);
      if (finding.outliers.total < periodic_samples_min || !spread_out(evidence, finding.outliers)) continue;
      stalls = std::max(stalls, finding.outliers.found.size());
      const auto found = beat_of(pool, finding.outliers);
      if (!found || (beat && found->events <= beat->events)) continue;
      beat = found;
      rhythmic = std::move(finding);
    }
    if (transfers < periodic_samples_min)
      return skipped(std::move(verdict),
                     "Fewer than 100 transfers came to their end: no rhythm can be seen.");
    if (!beat) {
      verdict.status = Status::pass;
      verdict.measured = stalls == 0 ? "no standstills at separate moments"
                                     : fmt::format("{} without a rhythm", counted(stalls, "standstill"));
      verdict.summary = "Transfers do not stand still in a rhythm.";
      add_picture(verdict, groups);
      return verdict;
    }
    return decide(std::move(verdict), evidence, *rhythmic, *beat, outlier_limit, share_max,
                  limit(*this, limits, "transfers_max"));
  }

 private:
  static void add_picture(Verdict& verdict, const std::vector<Group>& groups) {
    const auto pools = pools_of(groups);
    if (!pools.empty()) add_picture(verdict, pools.front());
  }
  static void add_picture(Verdict& verdict, const Pool& pool) {
    std::vector<double> x, y;
    for (const Outlier& outlier : excesses(pool, 1e300)) {
      x.push_back(outlier.sample->start_s);
      y.push_back(outlier.excess_ms);
    }
    verdict.series.push_back(picture("Time beyond the usual, " + pool.name, "s since the run's start",
                                     "ms beyond the median of its file", x, y));
  }

  static Verdict decide(Verdict verdict, const Evidence& evidence, const StallFinding& finding,
                        const Beat& beat, const OutlierLimit& outlier_limit, double share_max,
                        double transfers_max) {
    verdict.measured =
        fmt::format("about {} each {} ({})", milliseconds(beat.length_ms), beat.words(), finding.pool.name);
    verdict.confidence =
        fmt::format("{}, phases agree to {}", counted(beat.events, "standstill"), percent(beat.strength));
    add_picture(verdict, finding.pool);
    const bool large = beat.in_seconds ? beat.time_share() > share_max : beat.period <= transfers_max;
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto worst = worst_stalls(evidence, groups, outlier_limit);
    const bool told_elsewhere = worst && stalls_are_frequent(evidence, *worst, outlier_limit);
    const auto control = groups_of(evidence, record::Arm::control);
    bool control_too = false;
    for (const Pool& pool : pools_for_rhythm(control))
      control_too =
          control_too || beat_of(pool, find_outliers(evidence.record, pool, outlier_limit)).has_value();
    const MachineState machine = machine_state(evidence);
    verdict.summary = fmt::format("Transfers stand still for about {}, once each {}.",
                                  milliseconds(beat.length_ms), beat.words());
    if (control_too) {
      verdict.status = Status::pass;
      verdict.summary += " So do those of the reference server: it is the machine's rhythm.";
      return verdict;
    }
    if (machine.disturbed() && beat.in_seconds && !told_elsewhere) {
      const std::string but = verdict.summary + " But " + machine.why() + ".";
      return inconclusive(std::move(verdict), but, "Run again on a machine with nothing else to do.");
    }
    if (!large && !told_elsewhere) {
      verdict.status = Status::pass;
      verdict.summary += " That is too little to matter.";
      return verdict;
    }
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    if (told_elsewhere) verdict.summary += " uniformity.stalls counts them.";
    verdict.happened = fmt::format("{} at separate moments keep a rhythm of {}.",
                                   counted(beat.events, "standstill"), beat.words());
    verdict.cause = beat.in_seconds ? "A timer in the server stops everything: a collector of garbage, a "
                                      "snapshot or flush to disk, a "
                                      "job that is due each so many seconds and holds a lock, a poll() with "
                                      "a time-out that is waited "
                                      "out."
                                    : "The server counts: each n-th request it rotates a log, flushes a "
                                      "file, resizes a table, restarts "
                                      "a worker process, or a buffer is full.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Periodic)

}  // namespace
}  // namespace bftp::judge
