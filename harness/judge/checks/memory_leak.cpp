#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/exercise_leaks.hpp"
#include "harness/judge/garbage.hpp"
#include "harness/judge/growth.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double kib = 1024.0;
constexpr double page_bytes = 4096;  // what PSS is counted in: no smaller growth can be excluded

std::optional<double> pss_bytes(const record::ResourceSample& sample) {
  if (!sample.pss_mib) return std::nullopt;
  return *sample.pss_mib * mib;
}

/// What no other program's start or end changes, unlike the server's share of the libraries that all have.
std::optional<double> bytes_without_files(const record::ResourceSample& sample) {
  if (!sample.pss_mib || !sample.pss_file_mib) return std::nullopt;
  return (*sample.pss_mib - *sample.pss_file_mib) * mib;
}

std::optional<double> private_bytes(const record::ResourceSample& sample) {
  if (!sample.private_mib) return std::nullopt;
  return *sample.private_mib * mib;
}

Series memory_picture(const QuietSeries& series, std::string title) {
  return rest_picture(series, std::move(title), mib, "MiB");
}

class Leak final : public Check {
 public:
  std::string_view id() const override { return "memory.leak"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory does not grow with the number of transfers"; }
  std::string_view about() const override {
    return "Theil-Sen slope of the server's PSS at the quiet points between rounds against the transfers "
           "done, without the first round. A leak grows certainly, steadily and to the end, and as fast "
           "again when the same work is repeated; a warm-up, a full cache or a pool levels off, a garbage "
           "collector goes up and down. In a run too short for that it counts what refused requests and "
           "broken transfers leave: as much as whole transfers, after them, is no warm-up. Growth that the "
           "collector of a server in Java, Go, JavaScript, .NET or Ruby need not have looked at yet is "
           "inconclusive, or passes in a short run if no leak of 64 KiB for each transfer can be in it; "
           "where HotSpot tells what survives its collector, that is judged too: it must not grow.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"bytes_per_transfer_max", 256, "bytes per transfer",
         "fails above; a forgotten small structure is larger"},
        {"growth_kib_min", 128, "KiB",
         "growth over the whole tail that counts; malloc takes memory from the system in steps of 128 KiB"},
        {"short_bytes_per_transfer_max", 4096, "bytes per transfer",
         "likewise for a run of fewer than 5 quiet points or 150 transfers after the first round: a warm-up "
         "may last that long"},
        {"short_growth_kib_min", 1024, "KiB",
         "likewise; threads and their heaps come up in steps of that size"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const GrowthLimits lines{limit(*this, limits, "bytes_per_transfer_max"),
                             limit(*this, limits, "growth_kib_min") * kib,
                             limit(*this, limits, "short_bytes_per_transfer_max"),
                             limit(*this, limits, "short_growth_kib_min") * kib};
    const Reading reading = read(evidence, lines);
    Verdict verdict = begin(*this, evidence);
    verdict.limit = fmt::format("at most {} bytes per transfer", number(lines.per_transfer));
    verdict.expected = "What a transfer needs is given back when it ends.";
    if (reading.series.values.empty() && !reading.series.settled)
      return skipped(std::move(verdict),
                     "The server's memory (PSS) could not be read: with --attach give its --pid.");
    verdict.series.push_back(memory_picture(
        reading.series, reading.without_files ? "Memory of the server at rest (PSS), without pages of files"
                                              : "Memory of the server at rest (PSS)"));
    if (!reading.growth.line)
      return inconclusive(std::move(verdict),
                          fmt::format("{} are too few to tell a leak from a warm-up.",
                                      counted(reading.series.values.size(), "quiet point")),
                          "At least 4 rounds: more --iterations.");
    return conclude(with_figures(std::move(verdict), evidence, reading, lines), evidence, reading,
                    heap_of(evidence, lines));
  }

 private:
  /// What the server held at rest, and what it says of a leak.
  struct Reading {
    QuietSeries series;
    Growth growth;
    bool without_files = false;         ///< the series leaves pages of files out
    std::vector<ExerciseGrowth> alike;  ///< requests after the rounds that left as much as whole transfers
    bool joint = false;                 ///< only together with these it is a leak
    bool after_warm_up = false;         ///< `growth` is of the second half alone
  };

  static Reading read(const Evidence& evidence, const GrowthLimits& lines) {
    Reading reading;
    reading.series = quiet_series(evidence, pss_bytes);
    Growth& growth = reading.growth = judge_growth(reading.series, lines);
    reading.without_files = leaks_without_files(evidence, lines, reading.series, growth);
    // A collector's heap has plateaus and slopes of its own.
    if (const auto late =
            garbage_of(evidence.record) ? std::nullopt : growth_after_warm_up(reading.series, lines)) {
      growth = *late;
      reading.after_warm_up = true;
    }
    // The first pass asks for repeats; whether to fail is for the repeats to say, and lumps are too few
    // there.
    if (evidence.confirmation && growth.kind == GrowthKind::leak && !growth.brief &&
        !outpaces(growth, lines.per_transfer))
      growth.kind = GrowthKind::uncertain;
    if (!growth.line) return reading;
    reading.alike = exercises_alike(evidence, growth, lines);
    reading.joint = !reading.alike.empty() && growth.kind != GrowthKind::leak;
    if (reading.joint) growth.kind = GrowthKind::leak;
    return reading;
  }

  /// The limit that holds, what was measured with its interval, and the pictures.
  static Verdict with_figures(Verdict verdict, const Evidence& evidence, const Reading& reading,
                              const GrowthLimits& lines) {
    const Growth& growth = reading.growth;
    verdict.limit =
        reading.joint ? fmt::format("at most {} bytes per transfer, as for the requests after the rounds",
                                    number(lines.per_transfer))
                      : fmt::format("at most {} bytes per transfer{}, or {} in all",
                                    number(lines.per_transfer_of(growth)),
                                    growth.brief ? " in so short a run" : "", bytes(lines.whole_of(growth)));
    const double line = reading.joint ? lines.per_transfer : lines.per_transfer_of(growth);
    verdict.series.push_back(limit_slope(growth, line, mib, "MiB"));
    const QuietSeries own = quiet_series(evidence, private_bytes);
    if (!own.values.empty())
      verdict.series.push_back(memory_picture(own, "its private part: pages that no other process maps"));
    verdict.measured = fmt::format("{} per transfer over {}", bytes(growth.line->slope),
                                   counted(growth.points, "quiet point"));
    verdict.confidence =
        fmt::format("between {} and {} per transfer{}", bytes(growth.line->slope_range.low),
                    bytes(growth.line->slope_range.high),
                    growth.line->range_certain ? " at 95 % confidence" : ", the lowest and highest seen");
    return verdict;
  }

  /// What a collector left on the heap comes first, then what its garbage may explain, then the growth
  /// itself.
  static Verdict conclude(Verdict verdict, const Evidence& evidence, const Reading& reading,
                          const Heap& heap) {
    const Growth& growth = reading.growth;
    if (!heap.survived.values.empty())
      verdict.series.push_back(memory_picture(heap.survived, "what its garbage collector left on the heap"));
    if (heap.says == HeapSays::leaks) return heap_leak(std::move(verdict), heap.growth);
    if (heap.says == HeapSays::rises) return heap_rises(std::move(verdict), evidence, heap.growth);
    const bool grows = growth.kind == GrowthKind::leak || growth.kind == GrowthKind::uncertain;
    const bool may_hide_a_leak = growth.kind == GrowthKind::uncertain ||
                                 (grows ? may_be_garbage(evidence.record) : is_unexplained(evidence.record));
    if (const auto bound = leak_bound(evidence);
        bound && growth.brief && reading.alike.empty() && may_hide_a_leak)
      return small_garbage(std::move(verdict), evidence.record, growth, *bound);
    if (grows && may_be_garbage(evidence.record))
      return heap.says == HeapSays::stays && is_small_beside_heap(evidence.record)
                 ? heap_stays(std::move(verdict), garbage_at_rest(evidence.record).value_or(Garbage{}),
                              growth)
                 : doubt_garbage(std::move(verdict), evidence.record, growth);
    if (growth.brief && !grows && is_unexplained(evidence.record))
      return doubt_level(std::move(verdict), evidence.record);
    verdict = decide(std::move(verdict), growth);
    if (reading.after_warm_up)
      verdict.happened = fmt::format(
          "Its memory at rest grew quickly at first, as of a cache that fills, but by {} over the second "
          "half "
          "of the rounds too, and no slower at the end.",
          bytes(growth.whole));
    return reading.joint ? told_together(std::move(verdict), growth, reading.alike) : verdict;
  }

  static Verdict heap_rises(Verdict verdict, const Evidence& evidence, const Growth& growth) {
    verdict = doubt_garbage(std::move(verdict), evidence.record, growth);
    verdict.happened = fmt::format(
        "What its collector left on the heap grew by {}, but it did not look at old objects in two rounds.",
        bytes(growth.whole));
    return verdict;
  }

  /// Puts PSS without pages of files in place of PSS where only that shows the leak: beside programs that
  /// begin and end, the share of the libraries goes up and down by more than a small leak.
  static bool leaks_without_files(const Evidence& evidence, const GrowthLimits& limits, QuietSeries& series,
                                  Growth& growth) {
    if (growth.kind == GrowthKind::leak) return false;
    QuietSeries own = quiet_series(evidence, bytes_without_files);
    Growth own_growth = judge_growth(own, limits);
    if (own_growth.kind != GrowthKind::leak) return false;
    series = std::move(own);
    growth = std::move(own_growth);
    return true;
  }

  static Verdict told_together(Verdict verdict, const Growth& growth,
                               const std::vector<ExerciseGrowth>& alike) {
    std::vector<std::string> others;
    for (const auto& [kind, requests] : alike)
      others.push_back(fmt::format("{} of each {}", bytes(requests.line->slope), words_for(kind).request));
    verdict.happened = fmt::format(
        "Its memory at rest grew by {} over the rounds after the first. So short a run could not tell that "
        "from a warm-up, but the requests after it left as much behind, stretch for stretch: {}.",
        bytes(growth.whole), joined(others));
    verdict.cause =
        "Something is kept that every request needs, whatever becomes of it: the state of a connection, the "
        "request itself, an entry in a list or log that only grows.";
    return verdict;
  }

  static Verdict heap_leak(Verdict verdict, const Growth& growth) {
    verdict.measured = fmt::format("{} per transfer survive the garbage collector, over {}",
                                   bytes(growth.line->slope), counted(growth.points, "quiet point"));
    verdict.confidence = fmt::format("between {} and {} per transfer", bytes(growth.line->slope_range.low),
                                     bytes(growth.line->slope_range.high));
    verdict = decide(std::move(verdict), growth);
    verdict.growth->what = "heap";
    verdict.happened = fmt::format(
        "Its collector went through the whole heap again and again, and what it had to leave there grew by "
        "{}, as fast at the end as before.",
        bytes(growth.whole));
    return verdict;
  }

  static Verdict heap_stays(Verdict verdict, const Garbage& garbage, const Growth& growth) {
    verdict.status = Status::pass;
    verdict.summary = fmt::format(
        "What {}'s garbage collector leaves on the heap does not grow with the transfers. The process did, "
        "by {}, which is no more than its heap and its own code may come to; a leak outside of the heap "
        "would have to be below {} of each transfer.",
        garbage.language, bytes(growth.whole), bytes(garbage.bytes_max / std::max(growth.transfers, 1.0)));
    return verdict;
  }

  static Verdict decide(Verdict verdict, const Growth& growth) {
    const std::string pace = bytes(growth.line->slope);
    switch (growth.kind) {
      case GrowthKind::leak:
        verdict.status = Status::fail;
        verdict.severity = Severity::major;
        verdict.growth = rate_of(growth, "memory", page_bytes);
        verdict.summary = fmt::format("The server keeps about {} of each transfer.", pace);
        verdict.happened = fmt::format(
            "Its memory at rest grew by {} over the rounds after the first, as fast at the end as before.",
            bytes(growth.whole));
        verdict.cause =
            "Something that a transfer allocates is not freed: a buffer, the state of a connection, an entry "
            "in a list or table that only grows, a thread that was never "
            "joined. In a language with garbage collection: a reference that is kept in a container.";
        return verdict;
      case GrowthKind::uncertain:
        return inconclusive(
            std::move(verdict),
            fmt::format("Memory grew by {} over the rounds, but not steadily enough to call it a leak.",
                        bytes(growth.whole)),
            "More rounds: twice the --iterations. A leak then doubles, a warm-up does not.");
      case GrowthKind::plateau:
        verdict.summary = "Memory grew at first and levelled off: a warm-up, a cache or a pool, not a leak.";
        break;
      case GrowthKind::returned:
        verdict.summary = "Memory grew and was given back at rest.";
        break;
      case GrowthKind::flat:
      case GrowthKind::unknown:
        verdict.summary =
            fmt::format("Memory at rest does not grow with the transfers: by less than {} for each.",
                        bytes(std::max({growth.line->slope_range.high,
                                        page_bytes / std::max(growth.transfers, 1.0), 1.0})));
        if (growth.brief) verdict.summary += " A run so short cannot tell a smaller leak from a warm-up.";
        break;
    }
    verdict.status = Status::pass;
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Leak)

}  // namespace
}  // namespace bftp::judge
