#include "harness/history/select_baseline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::history {
namespace {

using record::Baseline;
using record::Metric;

std::string difference(const RunSummary& run, const Candidate& candidate) {
  const auto machines = record::unlike(candidate.machine, run.machine);
  if (!machines.empty()) return "the baseline is of an unlike machine: " + record::in_words(machines);
  const auto works = record::unlike(candidate.work, run.work);
  if (!works.empty()) return "the baseline did other work: " + record::in_words(works);
  return {};
}

/// A run that was cut short has other shares of warm-up and fewer files.
bool usable(const RunSummary& run) {
  return run.state == "complete";
}

/// What fell behind the baseline, certainly or perhaps, is no part of the next one: else the next run of the
/// same commit would be measured by it. Short profiles never say more than perhaps. A figure was measured
/// where there was something to compare.
bool fell_behind(const RunSummary& run) {
  return std::any_of(run.checks.begin(), run.checks.end(), [](const CheckSummary& check) {
    return check.id.starts_with("baseline.") &&
           (check.status == "fail" || (check.status == "inconclusive" && !check.measured.empty()));
  });
}

const Metric* find_metric(const RunSummary& run, const Metric& wanted) {
  const auto found = std::find_if(run.metrics.begin(), run.metrics.end(), [&](const Metric& metric) {
    return record::same_quantity(metric, wanted);
  });
  return found == run.metrics.end() ? nullptr : &*found;
}

/// An end that one run does not know is unknown for all.
void widen(std::optional<double>& end, const std::optional<double>& by, bool first, bool down) {
  if (first)
    end = by;
  else if (!by)
    end.reset();
  else if (end)
    end = down ? std::min(*end, *by) : std::max(*end, *by);
}

Metric over_runs(const std::vector<const RunSummary*>& runs, const Metric& like) {
  Metric metric = like;
  std::vector<double> values;
  metric.count = 0;
  for (const RunSummary* run : runs) {
    const Metric* one = find_metric(*run, like);
    if (one == nullptr) continue;
    widen(metric.low, one->low, values.empty(), true);
    widen(metric.high, one->high, values.empty(), false);
    values.push_back(one->value);
    metric.count += one->count;
  }
  metric.value = judge::statistics::median(values).value_or(like.value);
  return metric;
}

Baseline summary_of(const std::vector<const RunSummary*>& runs, const std::string& source) {
  Baseline baseline;
  baseline.source = source;
  baseline.version = runs.back()->version;
  baseline.runs = static_cast<std::uint32_t>(runs.size());
  for (const RunSummary* run : runs)
    if (run->commit) baseline.commits.push_back(*run->commit);
  for (const Metric& metric : runs.back()->metrics) baseline.metrics.push_back(over_runs(runs, metric));
  return baseline;
}

}  // namespace

Baseline baseline_of(const RunSummary& run, const Candidate& candidate, const std::string& source) {
  Baseline baseline = summary_of({&run}, source);
  baseline.named_run = true;
  baseline.unlike = usable(run) ? difference(run, candidate)
                                : "the baseline's run did not come to its end (" + run.state + ")";
  return baseline;
}

Baseline baseline_of(std::span<const RunSummary> runs, const Candidate& candidate,
                     const std::string& source) {
  std::vector<const RunSummary*> like;
  std::string nearest = "the history holds no complete run of this server that kept to its baseline";
  for (const RunSummary& run : runs) {
    if (run.server != candidate.server || !usable(run) || fell_behind(run)) continue;
    const std::string why = difference(run, candidate);
    if (why.empty())
      like.push_back(&run);
    else
      nearest = why;
  }
  if (like.empty()) {
    Baseline none;
    none.source = source;
    none.unlike = nearest;
    return none;
  }
  // Runs of another version had another reference server as their control. A run of another build in between
  // does not put those of this one out of use.
  const bool has_own =
      std::ranges::any_of(like, [&](const RunSummary* run) { return run->version == candidate.version; });
  const std::string version = has_own ? candidate.version : like.back()->version;
  std::erase_if(like, [&](const RunSummary* run) { return run->version != version; });
  if (like.size() > baseline_runs_max) like.erase(like.begin(), like.end() - baseline_runs_max);
  return summary_of(like,
                    fmt::format("the last {} like it in {}",
                                like.size() == 1 ? "run" : fmt::format("{} runs", like.size()), source));
}

}  // namespace bftp::history
