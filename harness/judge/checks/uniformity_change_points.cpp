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
  double usual_ms = 0;   ///< median over its transfers
};

struct Timed {
  double start_s, log_ratio, usual_ms;
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
      all.push_back({start_s,
                     log_value - (has_control ? found->second.log_ratio : std::log(found->second.ms)),
                     found->second.ms});
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
    std::vector<double> ratios, usual;
    for (std::size_t i = from; i < to; ++i) {
      ratios.push_back(all[i].log_ratio);
      usual.push_back(all[i].usual_ms);
    }
    const auto before = std::lower_bound(starts.begin(), starts.end(), all[from].start_s) - starts.begin();
    bins.push_back({all[from].start_s, static_cast<double>(before), *statistics::median(ratios),
                    *statistics::median(usual)});
  }
  return bins;
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
};

/// The largest step up after which the level never comes down again by half of it.
std::optional<Step> lasting_step(const std::vector<Bin>& bins, double log_min) {
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
    const double usual_ms = bins[change.at].usual_ms;
    const Step step{std::exp(size), bins[change.at].start_s, bins[change.at].transfers,
                    usual_ms * (std::exp(change.after) - std::exp(change.before)), change.p};
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
           "large, by at least 1 ms, last to the end, and be no part of a slope. Warns only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"rise_warn", 0.5, "share", "with a control arm: warns above, relative to it"},
            {"rise_alone_warn", 0.5, "share",
             "without one: warns above; a machine that becomes slower looks the same"}};
  }
  bool needs_confirmation() const override { return false; }

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
    const double fail = limit(*this, limits, has_control ? "rise_warn" : "rise_alone_warn");
    verdict.limit = fmt::format("no lasting step by more than {} and {}{}", percent(fail),
                                milliseconds(ms_min), has_control ? " relative to the reference server" : "");
    std::vector<double> x, y;
    for (const Bin& bin : bins) {
      x.push_back(bin.transfers);
      y.push_back(std::exp(bin.log_ratio));
    }
    verdict.series.push_back(
        picture("Transfer time over the run", "transfers so far", "times the usual", x, y));
    verdict.series.push_back(
        picture("limit", "transfers so far", "times the usual", {x.front(), x.back()}, {1 + fail, 1 + fail}));
    const auto step = lasting_step(bins, std::log(1 + fail));
    if (!step || step->added_ms < ms_min) {
      verdict.status = Status::pass;
      verdict.measured = fmt::format("no step in {} of the run", counted(bins.size(), "part"));
      verdict.summary = "No moment from which transfers take longer.";
      return verdict;
    }
    return stepped(std::move(verdict), evidence, *step, fail, has_control);
  }

 private:
  static Verdict stepped(Verdict verdict, const Evidence& evidence, const Step& step, double fail,
                         bool has_control) {
    verdict.measured = fmt::format("+{} after {}", percent(step.factor - 1),
                                   counted(static_cast<std::uint64_t>(step.at_transfer), "transfer"));
    verdict.confidence = fmt::format("p = {} by permutation", number(step.p));
    const MachineState machine = machine_state(evidence);
    if (machine.disturbed() && !has_control)
      return inconclusive(std::move(verdict),
                          "Transfers take longer from one moment on, but " + machine.why() + ".",
                          "Run again on a machine with nothing else to do.");
    if (has_control && rise_of_control(evidence, step.at_s) > std::log1p(fail) / 2)
      return inconclusive(
          std::move(verdict),
          "Transfers take longer from one moment on, but those of the reference server do too: "
          "the machine changed, and each server bears that in its own way.",
          "Run again on a machine with nothing else to do.");
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary = fmt::format("From about transfer {} on, transfers take {} times as long as before.",
                                  number(step.at_transfer), number(step.factor));
    verdict.happened =
        fmt::format("The level rose by about {} at once and stayed there to the end of the run.",
                    milliseconds(step.added_ms));
    verdict.cause =
        "Something fills up and from then on each transfer goes another way: a table that outgrows its size, "
        "a "
        "cache or pool that is exhausted, a log that is now rotated or flushed each time, a limit of "
        "descriptors that is reached.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(ChangePoints)

}  // namespace
}  // namespace bftp::judge
