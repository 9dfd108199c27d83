#include "harness/judge/steady_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/judge/machine.hpp"
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

/// Rounds that both have; the difference of the logarithms is the ratio to the control in the same round.
std::vector<RoundFigure> relative_to(const std::vector<RoundFigure>& server,
                                     const std::vector<RoundFigure>& control) {
  std::map<std::uint32_t, double> yardstick;
  for (const RoundFigure& figure : control) yardstick[figure.round] = figure.log_ratio;
  std::vector<RoundFigure> relative;
  for (const RoundFigure& figure : server) {
    const auto other = yardstick.find(figure.round);
    if (other != yardstick.end()) relative.push_back({figure.round, figure.log_ratio - other->second});
  }
  return relative;
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
  const std::size_t half = figures.size() / 2;
  const double quarter = line->slope / 4;
  change.rising = line->slope_range.low > 0 && slope_of(all, 0, half) > quarter &&
                  slope_of(all, figures.size() - half, figures.size()) > quarter;
  return change;
}

Verdict judge_change(Verdict verdict, const Evidence& evidence, const std::vector<RoundFigure>& server,
                     const std::vector<RoundFigure>& control, const ChangeLimits& limits,
                     const ChangeWords& words) {
  const auto paired = relative_to(server, control);
  const bool has_control = paired.size() >= rounds_for_change;
  const auto& judged = has_control ? paired : server;
  const double fail =
      (has_control ? limits.fail : limits.alone_fail) * (evidence.confirmation ? repeat_share : 1);
  const double warn = has_control ? limits.warn : limits.alone_warn;
  verdict.limit = fmt::format("no steady rise by more than {}{}", percent(fail),
                              has_control ? " relative to the reference server" : "");
  const auto change = steady_change(judged);
  if (!change)
    return skipped(std::move(verdict),
                   "Fewer than three rounds after the warm-up: nothing can be said of change over the run.");
  Columns points = columns(judged);
  for (double& y : points.y) y = std::exp(y);
  verdict.series.push_back(picture(words.what + " over the run", "round", words.y_label, points.x, points.y));
  verdict.series.push_back(
      picture("limit", "round", words.y_label, {points.x.front(), points.x.back()}, {1.0, 1.0 + fail}));
  verdict.measured =
      fmt::format("{} over {}", change_in_words(change->factor), counted(change->rounds, "round"));
  verdict.confidence = fmt::format("between {} and {} at 95 % confidence",
                                   change_in_words(change->factor_low), change_in_words(change->factor_high));
  const MachineState machine = machine_state(evidence);
  const bool enough = change->rounds >= rounds_for_change;
  if (change->rising && change->factor_low > 1 + fail / 2 && change->factor > 1 + fail) {
    if (!enough || (machine.disturbed() && !has_control))
      return inconclusive(
          std::move(verdict),
          fmt::format("{} rose, but {}.", words.what,
                      enough ? machine.why() : "the run has too few rounds to be sure"),
          fmt::format("At least {} rounds (--profile standard) on a calm machine.", rounds_for_change + 1));
    return rose(std::move(verdict), *change, words, Status::fail);
  }
  if (enough && change->rising && change->factor > 1 + warn && !machine.disturbed())
    return rose(std::move(verdict), *change, words, Status::warn);
  verdict.status = Status::pass;
  verdict.summary = fmt::format("{} does not rise steadily over the run.", words.what);
  return verdict;
}

}  // namespace bftp::judge
