#include "harness/judge/steady_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "harness/judge/machine.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/statistics/trend.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using statistics::theil_sen;

/// A figure that rises by the same amount with each transfer rises by a smaller factor the second time: from
/// the double to the treble where it had doubled. The repeats need only this share of the limit.
constexpr double repeat_share = 0.4;

struct Columns {
  std::vector<double> x, y;
};

Columns columns(const std::vector<RoundFigure>& figures) {
  Columns result;
  for (const RoundFigure& figure : figures) {
    result.x.push_back(static_cast<double>(figure.round));
    result.y.push_back(figure.log_ratio);
  }
  return result;
}

double slope_of(const Columns& all, std::size_t from, std::size_t to) {
  const auto line =
      theil_sen(std::span(all.x).subspan(from, to - from), std::span(all.y).subspan(from, to - from));
  return line ? line->slope : 0;
}

std::string change_in_words(double factor) {
  const double change = factor - 1;
  if (std::abs(change) < 0.005) return "unchanged";
  return fmt::format("{}{}", change > 0 ? "+" : "−", percent(std::abs(change)));
}

Verdict rose(Verdict verdict, const SteadyChange& change, const ChangeWords& words, Status status) {
  verdict.status = status;
  verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
  verdict.summary =
      fmt::format("{} rises steadily over the run, by {}.", words.what, percent(change.factor - 1));
  verdict.happened =
      fmt::format("Over {} it grew from round to round, in the first half of the run as in the second.",
                  counted(change.rounds, "round"));
  verdict.cause = words.cause;
  return verdict;
}

}  // namespace

std::vector<RoundFigure> medians_by_round(const std::vector<RoundFigure>& items) {
  std::map<std::uint32_t, std::vector<double>> values;
  for (const RoundFigure& item : items) values[item.round].push_back(item.log_ratio);
  std::vector<RoundFigure> medians;
  for (const auto& [round, of_round] : values) {
    if (const auto middle = statistics::median(of_round)) medians.push_back({round, *middle});
  }
  return medians;
}

std::optional<SteadyChange> steady_change(const std::vector<RoundFigure>& figures) {
  if (figures.size() < 3) return std::nullopt;
  const Columns all = columns(figures);
  const auto line = theil_sen(all.x, all.y);
  if (!line) return std::nullopt;
  const double span =
      (all.x.back() - all.x.front()) * 0.9;  // centre of the first tenth to centre of the last
  SteadyChange change;
  change.rounds = figures.size();
  change.factor = std::exp(line->slope * span);
  change.factor_low = std::exp(line->slope_range.low * span);
  change.factor_high = std::exp(line->slope_range.high * span);
  change.range_certain = line->range_certain;
  const std::size_t half = figures.size() / 2;
  const double quarter = line->slope / 4;
  change.rising = line->slope_range.low > 0 && slope_of(all, 0, half) > quarter &&
                  slope_of(all, figures.size() - half, figures.size()) > quarter;
  return change;
}

double p_of_rise(const std::vector<RoundFigure>& figures, double rise) {
  if (figures.size() < 3) return 1;
  Columns left = columns(figures);
  const double span = (left.x.back() - left.x.front()) * 0.9;
  if (span <= 0) return 1;
  for (std::size_t i = 0; i < left.x.size(); ++i) left.y[i] -= std::log1p(rise) / span * left.x[i];
  const auto test = statistics::mann_kendall(left.y);
  if (!test) return 1;
  return test->z > 0 ? test->p / 2 : 1 - test->p / 2;
}

namespace {

/// What a change is judged by.
struct Judged {
  const std::vector<RoundFigure>& figures;
  bool has_control;
  double fail, warn;  ///< as a share
  double floor;       ///< as a factor: what two equal servers' ratio rose or fell by, at the most
};

double floor_of(const std::vector<RoundFigure>& equal) {
  const auto change = steady_change(equal);
  if (!change) return 1;
  return std::exp(std::abs(std::log(change->factor)));
}

/// Rounds more until the slope's interval clears the line: the width of a slope's interval shrinks with the
/// number of rounds to the power of 3/2.
std::optional<std::uint32_t> rounds_wanted(const SteadyChange& change, double fail) {
  const double estimate = std::log(change.factor), line = std::log1p(fail);
  const double half_width = estimate - std::log(change.factor_low);
  const double distance = estimate - line;
  if (distance <= 0) return std::nullopt;
  const double times = std::pow(half_width / distance, 2.0 / 3.0);
  if (!(times < 10)) return std::nullopt;
  const double more = std::ceil((times - 1) * static_cast<double>(change.rounds));
  return static_cast<std::uint32_t>(std::max(1.0, more));
}

/// The figure of a server that is far slower than the reference server owes little to what the machine does
/// to that: of 40 ms, half a millisecond more or less is nothing, but of the ratio it is all. So its own
/// figure is enough if it rises for certain, and by four times as much, in the reference server's units, as
/// that varied in all. The ratio's estimate has to rise too: a machine that slows down slows down both.
std::optional<SteadyChange> clear_of_the_control(const Judged& judged, const std::vector<RoundFigure>& server,
                                                 const SteadyChange& beside) {
  constexpr double times_clearer = 4;
  if (!judged.has_control || beside.factor <= 1 + judged.fail) return std::nullopt;
  const auto own = steady_change(server);
  if (!own || own->rounds < rounds_for_change || !own->rising || own->factor_low <= 1 + judged.fail)
    return std::nullopt;
  std::map<std::uint32_t, double> ratios;
  std::vector<double> levels;
  for (const RoundFigure& figure : judged.figures) {
    ratios[figure.round] = figure.log_ratio;
    levels.push_back(figure.log_ratio);
  }
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  for (const RoundFigure& figure : server) {
    const auto ratio = ratios.find(figure.round);
    if (ratio == ratios.end()) continue;
    const double control = figure.log_ratio - ratio->second;
    lowest = std::min(lowest, control);
    highest = std::max(highest, control);
  }
  const auto level = statistics::median(levels);
  if (!level || !(highest >= lowest)) return std::nullopt;
  const double rise = (own->factor - 1) * std::exp(*level);
  return rise >= times_clearer * std::expm1(highest - lowest) ? own : std::nullopt;
}

/// The lower end of the interval from which on a rise is certain: the limit, and what two equal servers did.
/// Without a control the limit itself is far out, and half of it is taken.
double certain_from(const Judged& judged) {
  return judged.has_control ? std::max(1 + judged.fail, judged.floor) : 1 + judged.fail / 2;
}

/// So few rounds do not tell a slope from a step, since each half of them is a point or two: only how far it
/// can have risen.
Verdict decide_few_rounds(Verdict verdict, const SteadyChange& change, const Judged& judged,
                          const ChangeWords& words) {
  const std::string rounds = counted(change.rounds, "round");
  if (change.factor_high <= 1 + judged.fail) {
    verdict.status = Status::pass;
    verdict.summary = change.factor_high > 1 ? fmt::format("{} rose by no more than {} over {}.", words.what,
                                                           percent(change.factor_high - 1), rounds)
                                             : fmt::format("{} did not rise over {}.", words.what, rounds);
    return verdict;
  }
  if (change.factor > 1 + judged.fail && change.factor_low > certain_from(judged))
    return inconclusive(
        std::move(verdict),
        fmt::format("{} rose by {}, but {} cannot tell a steady rise from a single step.", words.what,
                    percent(change.factor - 1), rounds),
        fmt::format("At least {} rounds (--profile standard) on a calm machine.", rounds_for_change + 1));
  return skipped(
      std::move(verdict),
      fmt::format("{} tell too little: the change lies between {} and {}. A longer run (--profile "
                  "standard) judges it.",
                  rounds, change_in_words(change.factor_low), change_in_words(change.factor_high)));
}

Verdict decide_change(Verdict verdict, const Evidence& evidence, const SteadyChange& change,
                      const Judged& judged, const ChangeWords& words) {
  if (change.rounds < rounds_for_change) return decide_few_rounds(std::move(verdict), change, judged, words);
  const MachineState machine = machine_state(evidence);
  const bool beyond = change.rising && change.factor > 1 + judged.fail;
  if (beyond && change.factor_low > certain_from(judged)) {
    if (machine.disturbed() && !judged.has_control)
      return inconclusive(
          std::move(verdict), fmt::format("{} rose, but {}.", words.what, machine.why()),
          fmt::format("At least {} rounds (--profile standard) on a calm machine.", rounds_for_change + 1));
    return rose(std::move(verdict), change, words, Status::fail);
  }
  if (beyond && judged.has_control)
    return wanting_rounds(
        std::move(verdict),
        fmt::format("{} may rise by more than {}, but the rounds differ too much to be sure.", words.what,
                    percent(judged.fail)),
        rounds_wanted(change, judged.fail));
  if (change.rising && change.factor > std::max(1 + judged.warn, judged.floor) && !machine.disturbed())
    return rose(std::move(verdict), change, words, Status::warn);
  verdict.status = Status::pass;
  verdict.summary = fmt::format("{} does not rise steadily over the run.", words.what);
  if (!change.rising && change.factor_low > 1 + judged.warn)
    verdict.summary = fmt::format(
        "{} rose, but at once and not steadily: one half of the run is level. See uniformity.change_points.",
        words.what);
  return verdict;
}

/// What disturbs both servers alike by so many ms, and less and less so, brings their ratio closer to 1 at
/// first than later: the ratio rises though nothing becomes dearer. So the server's own figure has to rise
/// too, by a quarter of the limit; no more, since a machine may become faster meanwhile.
bool only_the_control_fell(const Judged& judged, const std::vector<RoundFigure>& server) {
  if (!judged.has_control) return false;
  const auto own = steady_change(server);
  return own && own->factor < 1 + judged.fail / 4;
}

Verdict rose_by_itself(Verdict verdict, const Evidence& evidence, const SteadyChange& own,
                       const std::vector<RoundFigure>& server, const Judged& judged,
                       const ChangeWords& words) {
  verdict.measured = fmt::format("{} over {}", change_in_words(own.factor), counted(own.rounds, "round"));
  verdict.confidence += fmt::format("; its own between {} and {}, far more than the reference server varied",
                                    change_in_words(own.factor_low), change_in_words(own.factor_high));
  verdict.p_value = p_of_rise(server, judged.fail);
  const MachineState machine = machine_state(evidence);
  if (machine.disturbed())
    return inconclusive(std::move(verdict), fmt::format("{} rose, but {}.", words.what, machine.why()),
                        "The same run on a calm machine.");
  return rose(std::move(verdict), own, words, Status::fail);
}

/// A rise through both passes, each of which is a half of it: certain, and beyond the whole limit.
std::optional<SteadyChange> over_both_passes(const ChangePart& part, const ChangeLimits& limits,
                                             double floor) {
  if (part.both_passes.size() < 2 * rounds_for_change) return std::nullopt;
  const auto change = steady_change(part.both_passes);
  if (!change || !change->rising || change->factor_low <= std::max(1 + limits.fail, floor))
    return std::nullopt;
  return change;
}

Verdict control_fell(Verdict verdict, const SteadyChange& change, const std::vector<RoundFigure>& server,
                     const ChangeWords& words) {
  verdict.status = Status::pass;
  verdict.summary = fmt::format(
      "{} does not rise: relative to the reference server it did, by {}, but only because that became "
      "faster. The server's own changed by {}.",
      words.what, percent(change.factor - 1), change_in_words(steady_change(server)->factor));
  return verdict;
}

}  // namespace

Verdict judge_change_of_parts(const Verdict& verdict, const Evidence& evidence,
                              const std::vector<ChangePart>& parts, const ChangeLimits& limits,
                              const ChangeWords& words) {
  std::optional<Verdict> worst;
  std::size_t judged = 0;
  std::vector<Verdict> failed;
  for (const ChangePart& part : parts) {
    const bool whole = part.name.empty();
    if (!whole && std::max(part.server.size(), part.beside.size()) < rounds_for_change) continue;
    ChangeWords of_part = words;
    if (!whole) of_part.what = fmt::format("{} ({})", words.what, part.name);
    Verdict one = judge_change(verdict, evidence, part, limits, of_part);
    ++judged;
    one.part = part.name;
    if (one.status == Status::fail) failed.push_back(one);
    if (!worst || badness(one.status) > badness(worst->status)) worst = std::move(one);
  }
  if (!worst) return verdict;
  const auto adjusted = [&](Verdict& one) {
    for (auto* p : {&one.p_value, &one.p_value_of_both})
      if (*p) *p = std::min(1.0, **p * static_cast<double>(judged));
  };
  for (Verdict& one : failed) adjusted(one);
  adjusted(*worst);
  worst->parts_failed = std::move(failed);
  return std::move(*worst);
}

Verdict judge_change(Verdict verdict, const Evidence& evidence, const ChangePart& part,
                     const ChangeLimits& limits, const ChangeWords& words) {
  const auto& server = part.server;
  const bool has_control = part.beside.size() >= rounds_for_change;
  const Judged judged{
      has_control ? part.beside : server, has_control,
      (has_control ? limits.fail : limits.alone_fail) * (evidence.confirmation ? repeat_share : 1),
      has_control ? limits.warn : limits.alone_warn, floor_of(part.equal)};
  verdict.limit = fmt::format("no steady rise by more than {}{}", percent(judged.fail),
                              has_control ? " relative to the reference server" : "");
  const auto change = steady_change(judged.figures);
  if (!change)
    return skipped(std::move(verdict),
                   "Fewer than three rounds after the warm-up: nothing can be said of change over the run.");
  Columns points = columns(judged.figures);
  for (double& y : points.y) y = std::exp(y);
  verdict.series.push_back(
      picture(words.what + " over the run" + (has_control ? ", relative to the reference server" : ""),
              "round", words.y_label, points.x, points.y));
  verdict.series.push_back(picture("limit", "round", words.y_label, {points.x.front(), points.x.back()},
                                   {1.0, 1.0 + judged.fail}));
  verdict.measured =
      fmt::format("{} over {}", change_in_words(change->factor), counted(change->rounds, "round"));
  verdict.confidence = fmt::format(
      "between {} and {}{}", change_in_words(change->factor_low), change_in_words(change->factor_high),
      change->range_certain ? " at 95 % confidence" : ", the lowest and highest seen");
  if (has_control && part.equal.size() >= rounds_for_change)
    verdict.confidence += fmt::format("; two equal servers: {}", change_in_words(floor_of(part.equal)));
  verdict.p_value = p_of_rise(judged.figures, judged.fail);
  if (const auto own = clear_of_the_control(judged, server, *change))
    return rose_by_itself(std::move(verdict), evidence, *own, server, judged, words);
  if (change->rising && change->factor > 1 + judged.warn && only_the_control_fell(judged, server))
    return control_fell(std::move(verdict), *change, server, words);
  const bool may_go_on = evidence.confirmation && has_control && change->factor > 1 + judged.fail;
  if (const auto both = may_go_on ? over_both_passes(part, limits, judged.floor) : std::nullopt) {
    verdict.measured += fmt::format("; both passes together {} over {}", change_in_words(both->factor),
                                    counted(both->rounds, "round"));
    // The repeats alone may be worth little: it is both together that fail.
    verdict.p_value_of_both = p_of_rise(part.both_passes, limits.fail);
    return rose(std::move(verdict), *both, words, Status::fail);
  }
  return decide_change(std::move(verdict), evidence, *change, judged, words);
}

}  // namespace bftp::judge
