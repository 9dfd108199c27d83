#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/change_points.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t bins_max = 60;
constexpr std::size_t bins_min = 8;
/// In a bin: single transfers, or pairs, each of which is a median already.
constexpr std::size_t transfers_min = 8;
constexpr std::size_t pairs_min = 2;
/// A level of a median that moves by less is nobody's concern, whatever its ratio.
constexpr double ms_min = 1;
/// Nor does it fail anybody: less than a turn of the scheduler may be a matter of who runs first.
constexpr double fail_ms_min = 4;
/// Of the transfers, before the step and after it: less is a warm-up, or the run's end.
constexpr double side_share_min = 0.1;
constexpr std::size_t repeats_min = 4;

using Work = std::pair<record::Op, std::uint16_t>;

/// Of one operation on one file, over the first pass.
struct Usual {
  double ms = 0;
  double log_ratio = 0;  ///< to the control in neighbouring blocks; 0 without one
};

/// One stretch of the run: how much longer than usual its transfers took.
struct Bin {
  double start_s = 0;
  double transfers = 0;  ///< judged before it
  double log_ratio = 0;  ///< median of log(time / usual)
};

struct Timed {
  double start_s, log_ratio;
};

/// With the warm-up: a step up may come early in the run, and who warms up becomes faster.
std::vector<PairPoint> pairs_of(const Evidence& evidence) {
  return time_pairs(evidence, record::Arm::server, record::Arm::control, &Sample::own_ms, Phase::all);
}

std::map<Work, Usual> usual_of(const Evidence& first, bool has_control) {
  std::map<Work, Usual> usual;
  for (const Group& group : groups_of(first, record::Arm::server, Phase::all))
    if (const auto middle = statistics::median(own_times_ms(group)); middle && *middle > 0)
      usual[{group.key.op, group.key.fixture}].ms = *middle;
  if (!has_control) return usual;
  std::map<Work, std::vector<double>> ratios;
  for (const PairPoint& pair : pairs_of(first))
    ratios[{pair.op, pair.fixtures.front()}].push_back(pair.log_ratio);
  for (auto& [work, values] : usual) values.log_ratio = statistics::median(ratios[work]).value_or(0);
  return usual;
}

/// Transfers of all files in order of time; with a control arm the ratios of neighbouring blocks.
std::vector<Timed> in_time(const Evidence& evidence, const std::map<Work, Usual>& usual, bool has_control) {
  std::vector<Timed> all;
  const auto add = [&](const Work& work, double start_s, double log_value) {
    if (const auto found = usual.find(work); found != usual.end())
      all.push_back(
          {start_s, log_value - (has_control ? found->second.log_ratio : std::log(found->second.ms))});
  };
  if (has_control)
    for (const PairPoint& pair : pairs_of(evidence))
      add({pair.op, pair.fixtures.front()}, pair.start_s, pair.log_ratio);
  else
    for (const Group& group : groups_of(evidence, record::Arm::server, Phase::all))
      for (const Sample& sample : group.samples)
        add({group.key.op, group.key.fixture}, sample.start_s, std::log(std::max(sample.own_ms, 1e-6)));
  std::sort(all.begin(), all.end(), [](const Timed& a, const Timed& b) { return a.start_s < b.start_s; });
  return all;
}

std::vector<double> starts_of(const Evidence& evidence, record::Arm arm) {
  std::vector<double> starts;
  for (const Group& group : groups_of(evidence, arm, Phase::all))
    for (const Sample& sample : group.samples) starts.push_back(sample.start_s);
  return starts;
}

std::vector<Bin> bins_of(const Evidence& first, const std::vector<Timed>& all, std::size_t values_min) {
  const std::size_t count = std::min(bins_max, all.size() / values_min);
  const std::vector<double> starts = statistics::sorted(starts_of(first, record::Arm::server));
  std::vector<Bin> bins;
  for (std::size_t b = 0; b < count; ++b) {
    const std::size_t from = all.size() * b / count, to = all.size() * (b + 1) / count;
    std::vector<double> ratios;
    for (std::size_t i = from; i < to; ++i) ratios.push_back(all[i].log_ratio);
    const auto before = std::lower_bound(starts.begin(), starts.end(), all[from].start_s) - starts.begin();
    bins.push_back({all[from].start_s, static_cast<double>(before), *statistics::median(ratios)});
  }
  return bins;
}

/// What a transfer takes longer after that time than before, ms: the median over the kinds of work.
double added_ms(const Evidence& first, double at_s) {
  std::vector<double> of_works;
  for (const Group& group : groups_of(first, record::Arm::server, Phase::all)) {
    std::vector<double> before, after;
    for (const Sample& sample : group.samples)
      (sample.start_s < at_s ? before : after).push_back(sample.own_ms);
    if (before.empty() || after.empty()) continue;
    of_works.push_back(*statistics::median(after) - *statistics::median(before));
  }
  return statistics::median(of_works).value_or(0);
}

/// What the control's own transfers rose by at that time, as a logarithm: the machine's doing.
double rise_of_control(const Evidence& first, double at_s) {
  std::vector<double> before, after;
  for (const Group& group : groups_of(first, record::Arm::control, Phase::all)) {
    const auto middle = statistics::median(own_times_ms(group));
    if (!middle || *middle <= 0) continue;
    for (const Sample& sample : group.samples)
      (sample.start_s < at_s ? before : after).push_back(std::log(std::max(sample.own_ms, 1e-6) / *middle));
  }
  if (std::min(before.size(), after.size()) < transfers_min) return 0;
  return *statistics::median(after) - *statistics::median(before);
}

struct Step {
  double factor = 1;
  double at_s = 0;
  double at_transfer = 0;
  double added_ms = 0;
  double p = 1;
  double before = 0;  ///< level, log(time / usual)
};

/// By how much the ratio of two equal servers moved at that time, either way, as a logarithm.
double floor_at(const Evidence& first, double at_s) {
  std::vector<double> before, after;
  for (const PairPoint& pair :
       time_pairs(first, record::Arm::control_b, record::Arm::control, &Sample::own_ms, Phase::all))
    (pair.start_s < at_s ? before : after).push_back(pair.log_ratio);
  if (std::min(before.size(), after.size()) < repeats_min) return 0;
  return std::abs(*statistics::median(after) - *statistics::median(before));
}

/// The level in the repeats, as the bins have it; nothing if they are too few.
std::optional<double> level_of_repeats(const Evidence& evidence, const std::map<Work, Usual>& usual) {
  std::vector<double> levels;
  for (const Timed& timed : in_time(evidence, usual, true)) levels.push_back(timed.log_ratio);
  if (levels.size() < repeats_min) return std::nullopt;
  return statistics::median(levels);
}

/// Which lines a step is judged by, and what stands beside it.
struct StepLimits {
  bool has_control;
  double warn, fail;  ///< as shares
  double transfers;   ///< of the first pass
};

/// The largest step up after which the level never comes down again by half of it.
std::optional<Step> lasting_step(const Evidence& first, const std::vector<Bin>& bins, double log_min) {
  std::vector<double> values;
  for (const Bin& bin : bins) values.push_back(bin.log_ratio);
  statistics::ChangePointOptions options;
  options.size_min = log_min;
  const auto changes = statistics::change_points(values, options);
  if (!changes) return std::nullopt;
  std::optional<Step> best;
  for (std::size_t i = 0; i < changes->size(); ++i) {
    const auto& change = (*changes)[i];
    const double size = change.after - change.before;
    const auto later = std::span(values).subspan(change.at);
    const auto end =
        statistics::median(later.subspan(later.size() - std::max<std::size_t>(later.size() / 4, 1)));
    const bool lasts = end && *end - change.before > size / 2;
    if (size <= 0 || !lasts || !statistics::is_step(values, *changes, i)) continue;
    const double at_s = bins[change.at].start_s;
    const Step step{std::exp(size),        at_s,     bins[change.at].transfers,
                    added_ms(first, at_s), change.p, change.before};
    if (!best || step.factor > best->factor) best = step;
  }
  return best;
}

class ChangePoints final : public Check {
 public:
  std::string_view id() const override { return "uniformity.change_points"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "The server does not become slower from one moment on"; }
  std::string_view about() const override {
    return "Looks for steps in the level of the transfer times over the run (binary segmentation by ranks, "
           "permutation test); with a control arm in the ratios of neighbouring blocks. A step must be "
           "large, by at least 1 ms, last to the end, and be no part of a slope. Fails only beside a control "
           "arm, if the level rises by 4 ms and more with a tenth of the transfers on either side, and has "
           "not come down in the repeats.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"rise_max", 1, "share",
             "with a control arm: fails above, relative to it; a doubling, as of uniformity.modes"},
            {"rise_warn", 0.5, "share", "with a control arm: warns above, relative to it"},
            {"rise_alone_warn", 0.5, "share",
             "without one: warns above; a machine that becomes slower looks the same"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "The same transfer takes about the same time at the end of the run as at its start.";
    const Evidence first{evidence.record, false, evidence.shelf};
    const bool has_control = pairs_of(first).size() >= bins_min * pairs_min;
    const auto usual = usual_of(first, has_control);
    const auto timed = in_time(first, usual, has_control);
    const auto bins = bins_of(first, timed, has_control ? pairs_min : transfers_min);
    if (bins.size() < bins_min)
      return skipped(std::move(verdict),
                     fmt::format("Too few to see a step: {}.", counted(timed.size(), "transfer")));
    const StepLimits lines{has_control, limit(*this, limits, has_control ? "rise_warn" : "rise_alone_warn"),
                           limit(*this, limits, "rise_max"),
                           static_cast<double>(starts_of(first, record::Arm::server).size())};
    verdict.limit =
        fmt::format("no lasting step by more than {} and {}{}", percent(lines.warn), milliseconds(ms_min),
                    has_control ? fmt::format(" relative to the reference server (fails above {} and {})",
                                              percent(lines.fail), milliseconds(fail_ms_min))
                                : "");
    add_picture(verdict, bins, lines.warn);
    const auto step = lasting_step(first, bins, std::log(1 + lines.warn));
    if (!step || step->added_ms < ms_min) {
      verdict.status = Status::pass;
      verdict.measured = fmt::format("no step in {} of the run", counted(bins.size(), "part"));
      verdict.summary = "No moment from which transfers take longer.";
      return verdict;
    }
    if (evidence.confirmation && has_control)
      return repeated(std::move(verdict), *step, level_of_repeats(evidence, usual));
    return stepped(std::move(verdict), evidence, *step, lines);
  }

 private:
  static void add_picture(Verdict& verdict, const std::vector<Bin>& bins, double warn) {
    std::vector<double> x, y;
    for (const Bin& bin : bins) {
      x.push_back(bin.transfers);
      y.push_back(std::exp(bin.log_ratio));
    }
    verdict.series.push_back(
        picture("Transfer time over the run", "transfers so far", "times the usual", x, y));
    verdict.series.push_back(
        picture("limit", "transfers so far", "times the usual", {x.front(), x.back()}, {1 + warn, 1 + warn}));
  }

  /// The repeats come after the step, so they show none: whether the level has stayed.
  static Verdict repeated(Verdict verdict, const Step& step, const std::optional<double>& level) {
    if (!level) return skipped(std::move(verdict), "Too few repeats to see whether the level stayed.");
    const double factor = std::exp(*level - step.before);
    verdict.measured = fmt::format("{} times the level before the step", number(factor));
    const bool stayed = *level - step.before > std::log(step.factor) / 2;
    verdict.status = stayed ? Status::fail : Status::pass;
    verdict.summary = stayed ? "The level has stayed." : "The level has come down.";
    return verdict;
  }

  static bool large(const Evidence& evidence, const Step& step, const StepLimits& lines) {
    const double before = step.at_transfer / std::max(1.0, lines.transfers);
    const bool in_the_middle = before >= side_share_min && before <= 1 - side_share_min;
    return lines.has_control && in_the_middle && step.added_ms >= fail_ms_min &&
           std::log(step.factor) - floor_at(evidence.first_pass(), step.at_s) > std::log1p(lines.fail);
  }

  static Verdict stepped(Verdict verdict, const Evidence& evidence, const Step& step,
                         const StepLimits& lines) {
    verdict.measured = fmt::format("+{} after {}", percent(step.factor - 1),
                                   counted(static_cast<std::uint64_t>(step.at_transfer), "transfer"));
    verdict.confidence = fmt::format("p = {} by permutation", number(step.p));
    const MachineState machine = machine_state(evidence);
    if (machine.disturbed() && !lines.has_control)
      return inconclusive(std::move(verdict),
                          "Transfers take longer from one moment on, but " + machine.why() + ".",
                          "Run again on a machine with nothing else to do.");
    if (lines.has_control && rise_of_control(evidence, step.at_s) > std::log1p(lines.warn) / 2)
      return inconclusive(
          std::move(verdict),
          "Transfers take longer from one moment on, but those of the reference server do too: "
          "the machine changed, and each server bears that in its own way.",
          "Run again on a machine with nothing else to do.");
    const bool fails = large(evidence, step, lines);
    verdict.status = fails ? Status::fail : Status::warn;
    verdict.severity = fails ? Severity::major : Severity::minor;
    verdict.summary = fmt::format("From about transfer {} on, transfers take {} times as long as before.",
                                  number(step.at_transfer), number(step.factor));
    verdict.happened =
        fmt::format("The level rose by about {} at once and stayed there to the end of the run.",
                    milliseconds(step.added_ms));
    verdict.cause =
        "Something fills up and from then on each transfer goes another way: a table that outgrows its size, "
        "a cache or pool that is exhausted, a log that is now rotated or flushed each time, a limit of "
        "descriptors that is reached.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(ChangePoints)

}  // namespace
}  // namespace bftp::judge
