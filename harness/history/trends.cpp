#include "harness/history/trends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/judge/metrics.hpp"

namespace bftp::history {
namespace {

using record::Metric;

constexpr std::size_t hash_shown = 12, hash_digits = 40;

/// Why a run cannot stand beside the newest one; empty if it can.
std::string difference(const RunSummary& run, const RunSummary& newest, const TrendRequest& request) {
  const auto works = record::unlike(newest.work, run.work);
  if (!works.empty()) return "did other work: " + record::in_words(works);
  const auto machines = record::unlike(newest.machine, run.machine);
  if (!machines.empty() && !request.any_machine)
    return "ran on an unlike machine: " + record::in_words(machines);
  return {};
}

bool is_complete(const RunSummary& run) {
  return run.state == "complete";
}

void keep_like(Trends& trends, const std::vector<const RunSummary*>& candidates,
               const TrendRequest& request) {
  if (candidates.empty()) return;
  const RunSummary& newest = *candidates.back();
  std::map<std::string, std::size_t> left_out;
  for (const RunSummary* run : candidates) {
    if (request.server.empty() && run->server != newest.server) {
      ++left_out[fmt::format("tested another server: \"{}\"", run->server)];
      continue;
    }
    const std::string why = difference(*run, newest, request);
    if (!why.empty()) {
      ++left_out[why];
      continue;
    }
    trends.unlike_machines |= !record::unlike(newest.machine, run->machine).empty();
    trends.runs.push_back(*run);
  }
  for (const auto& [why, runs] : left_out) trends.left_out.push_back({runs, why});
}

/// Complete runs; the others are counted, as long as they are of a server that is asked for.
std::vector<const RunSummary*> complete_runs(std::span<const RunSummary> runs, const TrendRequest& request,
                                             Trends& trends) {
  std::vector<const RunSummary*> complete;
  std::map<std::string, std::size_t> cut_short;
  for (const RunSummary& run : runs) {
    if (!holds(run, request.server)) continue;
    if (is_complete(run))
      complete.push_back(&run);
    else
      ++cut_short[run.state];
  }
  for (const auto& [state, count] : cut_short)
    trends.left_out.push_back({count, fmt::format("did not come to their end ({})", state)});
  return complete;
}

Trend* find(std::vector<Trend>& trends, const Metric& metric) {
  const auto found = std::find_if(trends.begin(), trends.end(), [&](const Trend& trend) {
    return record::same_quantity(trend.like, metric);
  });
  return found == trends.end() ? nullptr : &*found;
}

void add(std::vector<Trend>& trends, std::size_t run, const Metric& metric) {
  Trend* trend = find(trends, metric);
  if (trend == nullptr) {
    trend = &trends.emplace_back();
    trend->like = metric;
    const judge::Quantity* quantity = judge::find_quantity(metric.name);
    trend->unit = quantity != nullptr ? std::string(quantity->unit) : "";
  }
  trend->runs.push_back(run);
  trend->values.push_back(metric.value);
  trend->low.push_back(metric.low);
  trend->high.push_back(metric.high);
}

void note_reference(Trends& trends) {
  for (std::size_t i = 1; i < trends.runs.size(); ++i)
    if (trends.runs[i].version != trends.runs[i - 1].version) trends.other_reference.push_back(i);
}

/// Where the values begin that were measured by the same means; the first is 0.
std::vector<std::size_t> stretches(const Trends& trends, const Trend& trend) {
  std::vector<std::size_t> starts{0};
  if (!judge::is_to_control(trend.like.name)) return starts;
  for (std::size_t i = 1; i < trend.runs.size(); ++i)
    if (trends.runs[trend.runs[i]].version != trends.runs[trend.runs[i - 1]].version) starts.push_back(i);
  return starts;
}

std::vector<ChangePoint> changes_of(const Trends& trends, const Trend& trend, ChangeOptions options) {
  const auto starts = stretches(trends, trend);
  options.alpha /= static_cast<double>(starts.size());
  std::vector<ChangePoint> changes;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : trend.values.size();
    for (ChangePoint change :
         change_points(std::span(trend.values).subspan(starts[i], end - starts[i]), options)) {
      change.index += starts[i];
      changes.push_back(change);
    }
  }
  return changes;
}

/// Raw figures of unlike machines differ for reasons of the machine, so no change is looked for. Figures of
/// whole runs are few, so that each gets enough of their half of the error to be found soon; the many of
/// single files share the other half.
void find_changes(Trends& trends, const ChangeOptions& options) {
  if (trends.unlike_machines) return;
  const auto of_whole_runs =
      static_cast<std::size_t>(std::count_if(trends.trends.begin(), trends.trends.end(),
                                             [](const Trend& trend) { return trend.like.fixture.empty(); }));
  const std::size_t of_files = trends.trends.size() - of_whole_runs;
  const double part = of_whole_runs > 0 && of_files > 0 ? 0.5 : 1;
  for (Trend& trend : trends.trends) {
    ChangeOptions own = options;
    own.alpha *= part / static_cast<double>(trend.like.fixture.empty() ? of_whole_runs : of_files);
    trend.changes = changes_of(trends, trend, own);
  }
}

/// A hash is cut to what tells it from others; a name is whole, or git would not know it.
std::string short_commit(const std::string& commit) {
  const bool is_hash =
      commit.size() >= hash_digits && commit.find_first_not_of("0123456789abcdef") >= hash_digits;
  return is_hash ? commit.substr(0, hash_shown) : commit;
}

std::string commit_or_time(const RunSummary& run) {
  return run.commit ? short_commit(*run.commit) : "the run of " + run.started_utc;
}

}  // namespace

bool holds(const RunSummary& run, const std::string& server) {
  return run.server.find(server) != std::string::npos;
}

Trends trends_of(std::span<const RunSummary> runs, const TrendRequest& request) {
  Trends trends;
  keep_like(trends, complete_runs(runs, request, trends), request);
  if (request.last > 0 && trends.runs.size() > request.last)
    trends.runs.erase(trends.runs.begin(), trends.runs.end() - static_cast<std::ptrdiff_t>(request.last));
  for (std::size_t i = 0; i < trends.runs.size(); ++i)
    for (const Metric& metric : trends.runs[i].metrics)
      if (request.metric.empty() || metric.name == request.metric) add(trends.trends, i, metric);
  std::stable_sort(trends.trends.begin(), trends.trends.end(), [](const Trend& a, const Trend& b) {
    return judge::find_quantity(a.like.name) < judge::find_quantity(b.like.name);
  });
  note_reference(trends);
  find_changes(trends, request.changes);
  return trends;
}

std::string other_reference_text(const Trends& trends, std::size_t run) {
  return fmt::format("from {} on the reference server is of version {}, no longer {}",
                     trends.runs[run].started_utc, trends.runs[run].version, trends.runs[run - 1].version);
}

std::string range_of(const Trends& trends, const Trend& trend, const ChangePoint& change) {
  const RunSummary& before = trends.runs[trend.runs[change.index - 1]];
  const RunSummary& after = trends.runs[trend.runs[change.index]];
  if (before.version != after.version)
    return fmt::format("between {} and {}, where bftp-torture changed too, from version {} to {}",
                       commit_or_time(before), commit_or_time(after), before.version, after.version);
  if (before.commit && after.commit && *before.commit == *after.commit)
    return fmt::format("at one commit, {}, between {} and {}: so no commit explains it",
                       commit_or_time(after), before.started_utc, after.started_utc);
  std::string text = fmt::format("between {} and {}", commit_or_time(before), commit_or_time(after));
  if (before.server != after.server)
    return text +
           fmt::format(", where the command changed too, from \"{}\" to \"{}\"", before.server, after.server);
  if (before.commit && after.commit)
    text += fmt::format(" (git log {}..{})", commit_or_time(before), commit_or_time(after));
  return text;
}

bool for_the_worse(const Trend& trend, const ChangePoint& change) {
  return (change.after > change.before) != trend.like.higher_is_better;
}

}  // namespace bftp::history
