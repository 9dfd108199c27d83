#include "harness/judge/exercise_leaks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/beside_transfers.hpp"
#include "harness/judge/garbage.hpp"
#include "harness/judge/left_out.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double kib = 1024.0;
constexpr double page_bytes = 4096;  // what PSS is counted in

std::optional<double> pss_bytes(const record::ResourceSample& sample) {
  if (!sample.pss_mib) return std::nullopt;
  return *sample.pss_mib * mib;
}

std::optional<double> count(const std::optional<std::uint32_t>& value) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

struct HandleKind {
  const char* noun;
  const char* plural;
  std::optional<double> (*reading)(const record::ResourceSample&);
};

constexpr HandleKind handle_kinds[] = {
    {"descriptor", "descriptors",
     [](const record::ResourceSample& s) {
       return count(s.fds);
     }},
    {"connection in CLOSE_WAIT", "connections in CLOSE_WAIT",
     [](const record::ResourceSample& s) {
       return count(s.sockets_close_wait);
     }},
    {"thread", "threads",
     [](const record::ResourceSample& s) {
       return count(s.threads);
     }},
    {"process", "processes",
     [](const record::ResourceSample& s) {
       return count(s.processes);
     }},
    {"zombie", "zombies",
     [](const record::ResourceSample& s) {
       return count(s.zombies);
     }},
};

const record::Exercise* exercise_of(const Evidence& evidence, record::QuietKind kind) {
  for (const auto& exercise : evidence.record.exercises)
    if (exercise.kind == kind && exercise.arm == record::Arm::server &&
        exercise.confirmation == evidence.confirmation)
      return &exercise;
  return nullptr;
}

Series growth_picture(const QuietSeries& series, const ExerciseWords& words, const std::string& title,
                      const std::string& y_label, double unit) {
  std::vector<double> x = series.transfers, y;
  for (const double value : series.values) y.push_back(value / unit);
  if (series.settled) {
    x.push_back(series.settled_transfers);
    y.push_back(*series.settled / unit);
  }
  return picture(title, words.request + "s so far", y_label, x, y);
}

/// Says what was done; false with the reason in the verdict if that is not enough to judge.
bool exercised(Verdict& verdict, const record::RunRecord& record, const record::Exercise* exercise,
               const QuietSeries& series, const ExerciseWords& words) {
  if (exercise == nullptr) {
    std::string why = words.kind == record::QuietKind::replaced ? why_nothing_was_replaced(record)
                      : words.kind == record::QuietKind::others ? why_no_other_verbs(record)
                                                                : why_no_impolite_clients(record);
    if (why.empty()) why = why_phase_was_left_out(record, words.phase);
    verdict = skipped(std::move(verdict), why.empty() ? "The run did not get to " + words.what + "." : why);
    return false;
  }
  verdict.done = fmt::format("After the rounds, {} and nothing else, with quiet points in between.",
                             counted(exercise->requests, words.request));
  if (exercise->serves_after == false) {
    verdict = skipped(std::move(verdict),
                      fmt::format("The server serves nobody since ({}): see lifecycle.stays_up.",
                                  quoted(exercise->remark, 300)));
    return false;
  }
  if (exercise->as_meant * 2 < exercise->requests) {
    verdict = skipped(std::move(verdict),
                      fmt::format("Only {} of {} went as meant: {}.", exercise->as_meant,
                                  counted(exercise->requests, words.request), quoted(exercise->remark, 300)));
    return false;
  }
  if (series.values.size() < 3) {
    verdict =
        skipped(std::move(verdict),
                exercise->remark.empty()
                    ? "Too few quiet points: the server is slow, or its resources could not be read "
                      "(with --attach give its --pid)."
                    : fmt::format("Too few quiet points: the phase was {}.", quoted(exercise->remark, 300)));
    return false;
  }
  return true;
}

/// Threads and processes that came up meanwhile brought their stacks and heaps along: a pool that fills, or a
/// leak of threads, which is the handles' matter. A heap of its own comes in steps of a MiB at the most.
double thread_warm_up_bytes(const Evidence& evidence, record::QuietKind kind) {
  double more = 0;
  for (const auto& handles : handle_kinds) {
    if (handles.noun != std::string_view("thread") && handles.noun != std::string_view("process")) continue;
    const auto values = exercise_series(evidence, kind, handles.reading).values;
    if (!values.empty()) more = std::max(more, *std::ranges::max_element(values) - values.front());
  }
  return more * mib;
}

GrowthLimits with_thread_warm_up(GrowthLimits limits, const Evidence& evidence, record::QuietKind kind) {
  const double warm_up = thread_warm_up_bytes(evidence, kind);
  limits.whole += warm_up;
  limits.short_whole += warm_up;
  return limits;
}

Verdict passed(Verdict verdict, std::string summary) {
  verdict.status = Status::pass;
  verdict.summary = std::move(summary);
  return verdict;
}

/// Why growth that was measured fails nobody.
std::string grew_in_words(const Growth& growth, const GrowthLimits& limits, const ExerciseWords& words) {
  if (growth.kind == GrowthKind::plateau)
    return "Memory grew at first and levelled off: a warm-up, not a leak.";
  if (growth.kind == GrowthKind::returned) return "Memory grew and was given back at rest.";
  if (growth.line->slope_range.low <= 0)
    return fmt::format("Memory at rest does not grow steadily with each {}.", words.request);
  if (growth.line->slope <= limits.per_transfer_of(growth))
    return fmt::format("Memory at rest does not grow with each {} by more than the limit.", words.request);
  return fmt::format("Memory grew by {} in all, which is too little to tell a leak from a warm-up.",
                     bytes(growth.whole));
}

Verdict grew_unsteadily(Verdict verdict, const Growth& growth, const ExerciseWords& words) {
  verdict.status = Status::warn;
  verdict.severity = Severity::minor;
  verdict.summary = fmt::format(
      "Memory grew by {} in all, but not steadily enough to call it a leak: between {} and {} for each {}.",
      bytes(growth.whole), bytes(growth.line->slope_range.low), bytes(growth.line->slope_range.high),
      words.request);
  verdict.cause =
      "A warm-up that is not at its end, or something that only some of these requests leave behind. " +
      words.where;
  return verdict;
}

/// Some hundred requests of a kind that the server has not seen before are their own warm-up: buffers, arenas
/// and caches of that path fill meanwhile, in steps that look like a line. So what the limits for short
/// runs exclude too fails, and else only what goes_on().
bool beyond_warm_up(const Growth& growth, const GrowthLimits& limits) {
  return growth.line->slope_range.low > limits.short_per_transfer && growth.whole > limits.short_whole;
}

/// The stretches are twice as many as such a warm-up was seen to fill: what grows certainly by more than the
/// sharp limit in the second half too, and no slower than in the first, is none. Nothing with too few of
/// them.
std::optional<bool> goes_on(const QuietSeries& series, const Growth& growth, const GrowthLimits& limits,
                            bool confirmation) {
  constexpr std::size_t values_min = 10;
  if (series.values.size() < values_min) return std::nullopt;
  const auto half = static_cast<std::ptrdiff_t>(series.values.size() / 2);
  QuietSeries first = series, late = series;
  for (auto member : {&QuietSeries::transfers, &QuietSeries::values}) {
    (first.*member).erase((first.*member).begin() + half, (first.*member).end());
    // With the point before it, since a tail leaves its first point out.
    (late.*member).erase((late.*member).begin(), (late.*member).begin() + half - 1);
  }
  const Growth before = judge_growth(first, limits), after = judge_growth(late, limits);
  // The first pass asks for repeats; it is for them to tell a leak from a few lumps.
  if (confirmation && !outpaces(after, limits.per_transfer)) return false;
  return after.kind == GrowthKind::leak && before.line &&
         !certainly_slower(rate_of(before, "memory", page_bytes), rate_of(after, "memory", page_bytes)) &&
         after.line->slope > growth.line->slope / 2;
}

/// The repeats have three times the stretches where memory goes on growing, which heaps that come up one by
/// one do not fill: there the second half decides, however much was added before it.
bool is_leak(const QuietSeries& series, const Growth& growth, const GrowthLimits& limits, bool confirmation) {
  const auto on = goes_on(series, growth, limits, confirmation);
  const bool beyond = beyond_warm_up(growth, limits);
  return confirmation ? on.value_or(beyond) : beyond || on.value_or(false);
}

Verdict grew_a_little(Verdict verdict, const Growth& growth, const GrowthLimits& limits,
                      const ExerciseWords& words) {
  verdict.status = Status::warn;
  verdict.severity = Severity::minor;
  verdict.summary = fmt::format(
      "Memory grew steadily by {} for each {}, {} in all: a small leak, or the warm-up of this path, which "
      "so few requests cannot "
      "tell apart.",
      bytes(growth.line->slope), words.request, bytes(growth.whole));
  verdict.limit =
      fmt::format("warns above {} bytes, fails above {} per {} and {} in all", number(limits.per_transfer),
                  bytes(limits.short_per_transfer), words.request, bytes(limits.short_whole));
  verdict.cause = words.where;
  return verdict;
}

/// Handles that did not return, though not as steadily as a leak of each request.
Verdict stays_open(Verdict verdict, const std::vector<std::string>& staying,
                   const std::vector<std::string>& unsure, const ExerciseWords& words) {
  verdict.measured = joined(staying) + " more at the end";
  verdict.cause =
      "Something that only some of these requests leave open, or a pool that comes up with them. " +
      words.where;
  if (!unsure.empty())
    return inconclusive(std::move(verdict),
                        fmt::format("{} stayed after {}, but too few to tell whether they go on growing.",
                                    joined(staying), words.what),
                        "More such requests; look at /proc/PID/fd meanwhile.");
  verdict.status = Status::warn;
  verdict.severity = Severity::minor;
  verdict.summary = fmt::format("{} stayed open after {}, without growing on.", joined(staying), words.what);
  return verdict;
}

/// "at most 256 bytes per refused request", with what else had to be exceeded.
std::string limit_in_words(const Growth& growth, const GrowthLimits& limits, const std::string& request) {
  return fmt::format("at most {} bytes per {}{}, or {} in all", number(limits.per_transfer_of(growth)),
                     request, growth.brief ? " in so short a series" : "", bytes(limits.whole_of(growth)));
}

}  // namespace

QuietSeries exercise_series(const Evidence& evidence, record::QuietKind kind, const Reading& reading) {
  QuietSeries series;
  for (const auto& point : evidence.record.quiet_points) {
    if (point.kind != kind || point.confirmation != evidence.confirmation ||
        point.sample.arm != record::Arm::server)
      continue;
    const auto value = reading(point.sample);
    if (!value) continue;
    const auto requests = static_cast<double>(point.transfers_before);
    if (!series.transfers.empty() && requests <= series.transfers.back()) {
      series.settled = value;
      series.settled_transfers = requests;
      continue;
    }
    series.transfers.push_back(requests);
    series.values.push_back(*value);
  }
  return series;
}

std::vector<ExerciseGrowth> exercises_alike(const Evidence& evidence, const Growth& whole,
                                            const GrowthLimits& limits) {
  std::vector<ExerciseGrowth> alike;
  const bool grows =
      whole.line && whole.line->slope_range.low > limits.per_transfer && whole.whole > limits.whole;
  const bool may_go_on =
      whole.kind == GrowthKind::flat || whole.kind == GrowthKind::uncertain || whole.kind == GrowthKind::leak;
  if (!grows || !may_go_on) return alike;
  for (const auto kind : {record::QuietKind::refused, record::QuietKind::aborted}) {
    const Growth growth =
        judge_growth(exercise_series(evidence, kind, pss_bytes), with_thread_warm_up(limits, evidence, kind));
    if (growth.kind != GrowthKind::leak) continue;
    const auto& mine = growth.line->slope_range;
    const auto& theirs = whole.line->slope_range;
    if (mine.low <= twice * theirs.high && theirs.low <= twice * mine.high) alike.push_back({kind, growth});
  }
  return alike;
}

ExerciseWords words_for(record::QuietKind kind) {
  if (kind == record::QuietKind::others)
    return {
        kind,
        "other-verbs",
        "non-transfer request",
        "requests of other verbs (listings, sizes, ranges, hashes)",
        "Look at the functions that answer them: what they open or allocate must be closed and freed there "
        "too, such as the folder of a listing (closedir) and the file that is opened for its size, its hash "
        "or a part of it.",
        "whole transfers"};
  if (kind == record::QuietKind::refused)
    return {kind,
            "refusals",
            "refused request",
            "requests that are to be refused",
            "Look at the way out of the function that answers ERR: what was opened or allocated before the "
            "error is found must be given back there too (an early return, an exception).",
            "whole transfers"};
  if (kind == record::QuietKind::replaced)
    return {
        kind,
        "replacements",
        "replacing PUT",
        "PUTs onto a file that is there",
        "Look at what is done only when a file of that name is there: the old one that is opened, read or "
        "set aside must be closed and freed there too.",
        "PUTs of new files"};
  return {
      kind,
      "aborts",
      "aborted transfer",
      "transfers that their clients break off",
      "Look at the way out that is taken when send() fails or recv() returns 0 in the middle of a file, or "
      "before a whole request has come: the socket, the file, the buffer, the thread must be given back "
      "there "
      "too.",
      "whole transfers"};
}

std::vector<LimitSpec> exercise_memory_limits() {
  return {{"bytes_per_request_warn", 256, "bytes per request",
           "warns above, as memory.leak fails for whole transfers"},
          {"growth_kib_warn", 128, "KiB", "growth after the first stretch, for a warning"},
          {"bytes_per_request_max", 4096, "bytes per request",
           "fails above: some hundred requests of a new kind are their own warm-up, as in any short run"},
          {"growth_kib_min", 1024, "KiB", "growth after the first stretch, for a failure"}};
}

std::vector<LimitSpec> exercise_handle_limits() {
  return {{"per_request_max", 0.05, "per request",
           "fails above one per 20 requests, rising to the end and still there at rest"},
          {"growth_min", 3, "count", "growth after the first stretch that counts"}};
}

Verdict judge_exercise_memory(const Check& check, const Evidence& evidence, const LimitValues& limits,
                              record::QuietKind kind) {
  const ExerciseWords words = words_for(kind);
  Verdict verdict = begin(check, evidence);
  verdict.limit = fmt::format("at most {} bytes per {}",
                              number(limit(check, limits, "bytes_per_request_max")), words.request);
  verdict.expected = "What a request needs is given back however it ends.";
  QuietSeries series = exercise_series(evidence, kind, pss_bytes);
  if (!exercised(verdict, evidence.record, exercise_of(evidence, kind), series, words)) return verdict;
  const GrowthLimits growth_limits{
      limit(check, limits, "bytes_per_request_warn"), limit(check, limits, "growth_kib_warn") * kib,
      limit(check, limits, "bytes_per_request_max"), limit(check, limits, "growth_kib_min") * kib};
  const GrowthLimits warming = with_thread_warm_up(growth_limits, evidence, kind);
  Growth growth = judge_growth(series, warming);
  verdict.series.push_back(growth_picture(series, words, "Memory of the server at rest (PSS)", "MiB", mib));
  const Heap heap = heap_of(evidence.record, exercise_series(evidence, kind, survived_bytes), warming);
  if (!heap.survived.values.empty())
    verdict.series.push_back(
        growth_picture(heap.survived, words, "what its garbage collector left on the heap", "MiB", mib));
  const bool on_heap = heap.says == HeapSays::leaks;
  if (on_heap) {
    series = heap.survived;
    growth = heap.growth;
  }
  const Reading reading = on_heap ? survived_bytes : pss_bytes;
  const bool may_lie_there = !on_heap && may_be_garbage(evidence.record, kind);
  if (!growth.line) return skipped(std::move(verdict), "Too few quiet points to tell a leak from a warm-up.");
  verdict.limit = limit_in_words(growth, warming, words.request);
  verdict.measured = fmt::format("{} per {} over {}", bytes(growth.line->slope), words.request,
                                 counted(growth.points, "quiet point"));
  verdict.confidence =
      fmt::format("between {} and {} per request{}", bytes(growth.line->slope_range.low),
                  bytes(growth.line->slope_range.high),
                  growth.line->range_certain ? " at 95 % confidence" : ", the lowest and highest seen");
  if (growth.kind == GrowthKind::uncertain && growth.line->slope_range.low > 0 && !may_lie_there)
    return grew_unsteadily(std::move(verdict), growth, words);
  if (growth.kind != GrowthKind::leak && growth.kind != GrowthKind::uncertain)
    return passed(std::move(verdict), grew_in_words(growth, warming, words));
  if (may_lie_there) {
    const Garbage garbage = garbage_at_rest(evidence.record).value_or(Garbage{});
    if (heap.says == HeapSays::stays && growth.whole <= garbage.bytes_max)
      return passed(std::move(verdict),
                    fmt::format("What {}'s garbage collector leaves on the heap does not grow with {}. The "
                                "process did, by {}, which is no more than its own code may come to.",
                                garbage.language, words.what, bytes(growth.whole)));
    return skipped(
        std::move(verdict),
        fmt::format(
            "Memory grew, but by no more than {} may leave lying before its collector has to run. {}.",
            garbage.language, garbage.remedy));
  }
  if (growth.kind == GrowthKind::uncertain)
    return passed(std::move(verdict), grew_in_words(growth, warming, words));
  const Growth whole = of_whole_transfers(evidence, reading, growth_limits);
  const bool joint = !on_heap && !exercises_alike(evidence, whole, growth_limits).empty();
  const Beside beside = beside_whole_transfers({evidence, words, reading, growth_limits}, whole, *growth.line,
                                               joint, [](double value) { return bytes(value); });
  if (beside.fails) {
    verdict.limit = fmt::format("at most twice the {} that {} leave each", bytes(beside.high), words.others);
    return passed(std::move(verdict),
                  fmt::format("Memory grows no more than with {} (up to {} each), which is memory.leak's "
                              "matter: this path is not to blame alone.",
                              words.others, bytes(beside.high)));
  }
  if (!is_leak(series, growth, warming, evidence.confirmation))
    return grew_a_little(std::move(verdict), growth, warming, words);
  verdict.status = Status::fail;
  verdict.severity = Severity::major;
  verdict.summary =
      fmt::format("The server keeps about {} of each {}.", bytes(growth.line->slope), words.request);
  verdict.happened =
      fmt::format("{} grew by {} over the stretches after the first, as fast at the end as before{}{}.",
                  on_heap ? "What its garbage collector left on the heap" : "Its memory at rest",
                  bytes(growth.whole), beside.words.empty() ? "" : "; ", beside.words);
  verdict.cause = where_to_look(beside, words);
  verdict.growth = rate_of(growth, on_heap ? "heap" : "memory", page_bytes);
  return verdict;
}

Verdict judge_exercise_handles(const Check& check, const Evidence& evidence, const LimitValues& limits,
                               record::QuietKind kind) {
  const ExerciseWords words = words_for(kind);
  const double per_request = limit(check, limits, "per_request_max");
  Verdict verdict = begin(check, evidence);
  verdict.limit = fmt::format("at most one per {} requests", number(1 / per_request));
  verdict.expected =
      "What was opened for a client is closed when the client has gone (clause 2.6), however it went.";
  verdict.clauses = {"2.6"};
  const QuietSeries first = exercise_series(evidence, kind, handle_kinds[0].reading);
  if (!exercised(verdict, evidence.record, exercise_of(evidence, kind), first, words)) return verdict;
  const double growth_min = limit(check, limits, "growth_min") - 0.5;
  const GrowthLimits growth_limits{per_request, growth_min, per_request, growth_min};
  std::vector<std::string> leaking, told_elsewhere, unsure, staying;
  Beside worst;
  for (const HandleKind& handles : handle_kinds) {
    const QuietSeries series = exercise_series(evidence, kind, handles.reading);
    const Growth growth = judge_growth(series, growth_limits);
    if (!series.values.empty())
      verdict.series.push_back(growth_picture(series, words, handles.plural, "count", 1));
    if (growth.kind == GrowthKind::uncertain) unsure.emplace_back(handles.plural);
    // After the first stretch: what came up in it and no more is a pool or a cache.
    const double more = series.settled.value_or(0) - (series.values.size() < 2 ? 0 : series.values[1]);
    if (series.settled && more > growth_min && growth.kind != GrowthKind::plateau)
      staying.push_back(fmt::format("{} {}", number(more), more == 1 ? handles.noun : handles.plural));
    if (growth.kind != GrowthKind::leak) continue;
    const Growth whole = of_whole_transfers(evidence, handles.reading, growth_limits);
    Beside beside = beside_whole_transfers({evidence, words, handles.reading, growth_limits}, whole,
                                           *growth.line, false, [](double value) { return number(value); });
    if (beside.fails) {
      told_elsewhere.emplace_back(handles.plural);
      continue;
    }
    leaking.push_back(fmt::format("{} {} per {}", number(growth.line->slope), handles.noun, words.request));
    if (verdict.growth && growth.line->slope <= verdict.growth->slope) continue;
    verdict.growth = rate_of(growth, handles.noun, 1);
    worst = std::move(beside);
  }
  if (leaking.empty() && told_elsewhere.empty() && !staying.empty())
    return stays_open(std::move(verdict), staying, unsure, words);
  if (leaking.empty()) {
    verdict.measured =
        told_elsewhere.empty() ? "nothing stays" : joined(told_elsewhere) + " as with each transfer";
    return passed(std::move(verdict),
                  told_elsewhere.empty()
                      ? fmt::format("Nothing stays open after {}.", words.what)
                      : fmt::format("More {} stay, but no more than with {}, for which another "
                                    "check fails.",
                                    joined(told_elsewhere), words.others));
  }
  verdict.measured = joined(leaking);
  verdict.status = Status::fail;
  verdict.severity = Severity::major;
  verdict.summary = fmt::format("The server keeps {}.", joined(leaking));
  verdict.happened = fmt::format("The count rises from stretch to stretch and does not return at rest{}{}.",
                                 worst.words.empty() ? "" : "; ", worst.words);
  verdict.cause = where_to_look(worst, words);
  return verdict;
}

}  // namespace bftp::judge
