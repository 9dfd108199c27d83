#include "harness/judge/quiet_cpu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/judge/left_out.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::ResourceSample;
using record::Watch;

constexpr double watch_s_min = 0.5;

std::optional<double> cpu_s(const ResourceSample& sample) {
  if (sample.cpu_total_s) return sample.cpu_total_s;
  if (sample.cpu_user_s && sample.cpu_system_s) return *sample.cpu_user_s + *sample.cpu_system_s;
  return std::nullopt;
}

/// CPU of the server over time inside the watch.
struct Curve {
  std::vector<double> time_s, cpu_s;

  /// Share of a core over the last half; nothing with too few samples.
  std::optional<double> last_half() const {
    if (time_s.size() < 4) return std::nullopt;
    const std::size_t middle = time_s.size() / 2;
    const double span = time_s.back() - time_s[middle];
    if (span <= 0) return std::nullopt;
    return (cpu_s.back() - cpu_s[middle]) / span;
  }
};

Curve curve_of(const record::RunRecord& record, const Watch& watch) {
  Curve curve;
  for (const ResourceSample& sample : record.samples) {
    if (sample.arm != watch.arm || sample.time_s < watch.start_s || sample.time_s > watch.end_s) continue;
    if (const auto total = cpu_s(sample)) {
      curve.time_s.push_back(sample.time_s);
      curve.cpu_s.push_back(*total);
    }
  }
  return curve;
}

struct Busy {
  const Watch* watch = nullptr;
  double share = 0;
};

std::optional<Busy> busiest(const Evidence& evidence, record::WatchKind kind) {
  std::optional<Busy> worst;
  for (const Watch& watch : evidence.record.watches) {
    const double span = watch.end_s - watch.start_s;
    const bool wanted =
        watch.kind == kind && watch.arm == record::Arm::server && watch.confirmation == evidence.confirmation;
    if (!wanted || !watch.server_cpu_s || span < watch_s_min) continue;
    const Busy busy{&watch, *watch.server_cpu_s / span};
    if (!worst || busy.share > worst->share) worst = busy;
  }
  return worst;
}

std::string_view phase_of(record::WatchKind kind) {
  switch (kind) {
    case record::WatchKind::idle:
      return "idle";
    case record::WatchKind::stalled:
      return "stalled";
    case record::WatchKind::half_open:
      return "half-open";
    case record::WatchKind::aborted:
      break;
  }
  return "aborts";
}

std::string why_not_watched(const Evidence& evidence, record::WatchKind kind) {
  for (const Watch& watch : evidence.record.watches) {
    if (watch.kind == kind && watch.arm == record::Arm::server && !watch.remark.empty())
      return quoted(watch.remark, 300);
  }
  return "the run had no such span, or the server's CPU time is unknown (with --attach give its --pid)";
}

}  // namespace

double idle_share_before(const Evidence& evidence, record::WatchKind kind) {
  const auto busy = busiest(evidence, kind);
  const auto idle = busiest({evidence.record, false}, record::WatchKind::idle);
  return busy && idle && idle->watch->end_s <= busy->watch->start_s ? idle->share : 0;
}

Verdict judge_quiet_cpu(Verdict verdict, const Evidence& evidence, record::WatchKind kind, double share_max,
                        double share_warn, const QuietCpuWords& words, double usual_share) {
  verdict.limit = fmt::format("at most {} of a core", percent(share_max));
  // What it uses anyway is told from the rest only if it is much.
  const double usual = usual_share > share_warn ? usual_share * 1.2 : 0;
  if (usual > 0) {
    verdict.limit += fmt::format(" beyond the {} that it uses anyway", percent(usual_share));
    share_max += usual;
    share_warn += usual;
  }
  const auto busy = busiest(evidence, kind);
  const std::string left_out = why_phase_was_left_out(evidence.record, phase_of(kind));
  if (!busy && !left_out.empty()) return skipped(std::move(verdict), left_out);
  if (!busy) return skipped(std::move(verdict), "Not watched: " + why_not_watched(evidence, kind) + ".");
  const double span = busy->watch->end_s - busy->watch->start_s;
  const Curve curve = curve_of(evidence.record, *busy->watch);
  verdict.measured = fmt::format("{} of a core over {} s", percent(busy->share), number(span));
  verdict.done =
      fmt::format("Watched the server's CPU for {} s while nothing was transferred.", number(span));
  if (curve.time_s.size() >= 2)
    verdict.series.push_back(
        picture("CPU time used by the server", "s since the run's start", "s", curve.time_s, curve.cpu_s));
  if (curve.time_s.size() >= 2)
    verdict.series.push_back(
        picture("limit", "s since the run's start", "s", {curve.time_s.front(), curve.time_s.back()},
                {curve.cpu_s.front(),
                 curve.cpu_s.front() + share_max * (curve.time_s.back() - curve.time_s.front())}));
  const auto last_half = curve.last_half();
  const bool calmed_down = last_half && *last_half <= share_max / 2;
  verdict.summary = fmt::format(fmt::runtime(words.summary), percent(busy->share));
  if (busy->share <= share_warn) {
    if (usual > 0) verdict.summary += " It does so without any client too, for which cpu.idle speaks.";
    verdict.status = Status::pass;
    return verdict;
  }
  const bool fails = busy->share > share_max && !calmed_down;
  verdict.status = fails ? Status::fail : Status::warn;
  verdict.severity = fails ? Severity::major : Severity::minor;
  verdict.happened = fmt::format("It spent {} of CPU in {} s.",
                                 milliseconds(*busy->watch->server_cpu_s * 1000), number(span));
  if (calmed_down && busy->share > share_max)
    verdict.happened += " In the second half of that time it was calm, so it was finishing something.";
  verdict.cause = words.cause;
  return verdict;
}

}  // namespace bftp::judge
