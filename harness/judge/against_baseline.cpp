#include "harness/judge/against_baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "harness/judge/metrics.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::Metric;

/// Each of `count` intervals is so wide that all of them cover together at 95 % (Bonferroni).
double confidence_for(std::size_t count) {
  return 1 - 0.05 / static_cast<double>(std::max<std::size_t>(count, 1));
}

bool named(const Metric& metric, const std::vector<std::string_view>& names) {
  return std::find(names.begin(), names.end(), metric.name) != names.end();
}

Change change_between(Metric now, Metric then) {
  Change change;
  const double better = now.higher_is_better ? -1 : 1;
  const auto best_now = now.higher_is_better ? now.high : now.low;
  const auto worst_then = then.higher_is_better ? then.low : then.high;
  const auto ratio_of = [&](double a, double b) {
    if (a == b) return 1.0;
    if (a <= 0 || b <= 0) return better * (a - b) > 0 ? HUGE_VAL : 0.0;
    return now.higher_is_better ? b / a : a / b;
  };
  change.ratio = ratio_of(now.value, then.value);
  if (best_now && worst_then) {
    change.certain_ratio = std::max(1.0, ratio_of(*best_now, *worst_then));
    change.certain_more = std::max(0.0, better * (*best_now - *worst_then));
  }
  change.now = std::move(now);
  change.then = std::move(then);
  return change;
}

std::string figure(double value, std::string_view unit) {
  if (unit == "ms") return milliseconds(value);
  if (unit == "share") return percent(value);
  if (unit == "count") return number(value);
  if (unit == "ratio") return number(value) + " times the control's";
  return fmt::format("{} {}", number(value), unit);
}

std::string told(const Change& change) {
  const Quantity* quantity = find_quantity(change.now.name);
  const std::string_view unit = quantity != nullptr ? quantity->unit : "";
  std::string where = change.now.op == "get" ? " of GET" : change.now.op == "put" ? " of PUT" : "";
  if (!change.now.fixture.empty()) where += " " + change.now.fixture;
  return fmt::format("{}{}: {} instead of {}", quantity != nullptr ? quantity->about : change.now.name, where,
                     figure(change.now.value, unit), figure(change.then.value, unit));
}

Series picture_of(const std::vector<Change>& changes) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!std::isfinite(changes[i].ratio)) continue;
    x.push_back(static_cast<double>(i + 1));
    y.push_back(changes[i].ratio);
  }
  return picture("Now as a multiple of the baseline (above 1: worse)", "quantity, the worst first", "ratio",
                 x, y);
}

Verdict found(Verdict verdict, const Change& worst, const ChangeRules& rules, Status status) {
  verdict.status = status;
  verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
  verdict.summary = fmt::format("Worse than the baseline: {}.", told(worst));
  verdict.happened = verdict.summary;
  verdict.cause = rules.cause;
  return verdict;
}

/// Why this run's baseline cannot be used at all; empty when it can.
std::string unusable(const Evidence& evidence) {
  const auto& baseline = evidence.record.baseline;
  if (!baseline) return "No baseline was given.";
  if (!baseline->unlike.empty()) return "Not compared: " + baseline->unlike + ".";
  return baseline->runs == 0 ? "There is no run like this one to compare with." : "";
}

/// Likewise for ratios to the control arm, which need the same reference server then and now.
std::string unusable_control(const Evidence& evidence) {
  if (!has_control(evidence))
    return "Not compared: without a control arm in the same run, times of different days say nothing.";
  const auto& baseline = *evidence.record.baseline;
  if (baseline.version == evidence.record.version) return {};
  return fmt::format(
      "Not compared: the baseline's control arm was the reference server of version {}, this one's is of {}.",
      baseline.version, evidence.record.version);
}

/// A history has nothing to offer on its first day, or on a new machine: no reason to stop a merge. Who names
/// a run wants it compared, and would take silence for consent.
Verdict not_compared(Verdict verdict, const Evidence& evidence, const std::string& why) {
  const auto& baseline = evidence.record.baseline;
  if (!baseline || !baseline->named_run) return skipped(std::move(verdict), why);
  return inconclusive(
      std::move(verdict), why,
      "A baseline run of the same work, on a machine like this one, by this build; --baseline "
      "HISTORY looks for one itself.");
}

bool is_unbounded(const Change& change) {
  return !change.now.low || !change.now.high || !change.then.low || !change.then.high;
}

}  // namespace

bool few_runs(const Evidence& evidence) {
  constexpr std::uint32_t runs_min = 3;
  return !evidence.record.baseline || evidence.record.baseline->runs < runs_min;
}

bool has_control(const Evidence& evidence) {
  return evidence.record.transfers.total(record::Arm::control).transfers > 0;
}

std::vector<Change> changes_in(const Evidence& evidence, const std::vector<std::string_view>& names) {
  std::vector<Change> changes;
  if (!evidence.record.baseline) return changes;
  const auto& then = evidence.record.baseline->metrics;
  const auto count =
      std::count_if(then.begin(), then.end(), [&](const Metric& metric) { return named(metric, names); });
  for (Metric& now : metrics_of(evidence, confidence_for(static_cast<std::size_t>(count)))) {
    if (!named(now, names)) continue;
    const auto before = std::find_if(
        then.begin(), then.end(), [&](const Metric& metric) { return record::same_quantity(metric, now); });
    if (before != then.end()) changes.push_back(change_between(std::move(now), *before));
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::tuple(a.certain_ratio, a.ratio) > std::tuple(b.certain_ratio, b.ratio);
  });
  return changes;
}

Verdict judge_changes(Verdict verdict, const Evidence& evidence, const std::vector<Change>& changes,
                      const ChangeRules& rules) {
  const std::string why = unusable(evidence);
  if (!why.empty()) return not_compared(std::move(verdict), evidence, why);
  if (!rules.nothing.empty()) {
    if (has_control(evidence)) return not_compared(std::move(verdict), evidence, rules.nothing);
    return skipped(std::move(verdict), rules.nothing);
  }
  if (changes.empty())
    return skipped(std::move(verdict), "Neither the baseline nor this run holds a figure that both have.");
  const auto& baseline = *evidence.record.baseline;
  verdict.done += fmt::format(" Compared with {}.", baseline.source);
  verdict.confidence = fmt::format("{}, {} compared", counted(baseline.runs, "earlier run"),
                                   counted(changes.size(), "figure"));
  verdict.series.push_back(picture_of(changes));
  const Change* worst = &changes.front();
  Weight weight = Weight::none;
  for (const Change& change : changes) {
    const Weight own = rules.weigh(change);
    if (own <= weight) continue;
    weight = own;
    worst = &change;
  }
  verdict.measured = told(*worst);
  if (weight == Weight::failure) return found(std::move(verdict), *worst, rules, Status::fail);
  if (weight == Weight::warning) return found(std::move(verdict), *worst, rules, Status::warn);
  if (weight == Weight::suspicious)
    return inconclusive(std::move(verdict),
                        fmt::format("Perhaps worse than the baseline, but not certainly: {}.", told(*worst)),
                        is_unbounded(*worst)
                            ? "More rounds, which give this run an interval: --profile standard, or --rounds."
                            : "More iterations, or more runs in the history.");
  verdict.status = Status::pass;
  if (std::any_of(changes.begin(), changes.end(),
                  [](const Change& change) { return change.now.fixture.empty() && is_unbounded(change); }))
    verdict.confidence += "; too few rounds for an interval, so a small change would not show";
  verdict.summary = fmt::format("{} as in {}.", rules.what, baseline.source);
  return verdict;
}

Verdict judge_ratio(Verdict verdict, const Evidence& evidence, std::string_view name,
                    const RatioLimits& limits, ChangeRules rules) {
  if (unusable(evidence).empty()) rules.nothing = unusable_control(evidence);
  const double wider = few_runs(evidence) ? 2 : 1;
  const double fail_above = 1 + limits.more_max * wider;
  const double warn_above = 1 + limits.more_warn * wider;
  rules.weigh = [=](const Change& change) {
    if (change.certain_ratio > fail_above) return Weight::failure;
    if (change.certain_ratio > warn_above) return Weight::warning;
    if (!change.now.fixture.empty()) return Weight::none;
    // Few rounds have no interval, and never will in a short profile: there, too, only what would fail if it
    // were certain is worth a question.
    return change.ratio > fail_above ? Weight::suspicious : Weight::none;
  };
  return judge_changes(std::move(verdict), evidence, changes_in(evidence, {name}), rules);
}

}  // namespace bftp::judge
