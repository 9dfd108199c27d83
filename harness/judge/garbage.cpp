#include "harness/judge/garbage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::RuntimeKind;

constexpr std::size_t whole_rounds_min = 2;

/// "64m" of "-Xmx64m"; none if that is no size. A lone number is bytes.
std::optional<double> size_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number <= 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty()) return number;
  if (unit == "k" || unit == "K") return number * 1024;
  if (unit == "m" || unit == "M") return number * mib;
  if (unit == "g" || unit == "G") return number * 1024 * mib;
  return std::nullopt;
}

std::optional<double> hexadecimal(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return static_cast<double>(value);
}

/// What follows the last option that begins with one of `names`: the last counts for every runtime.
std::optional<std::string_view> option(const record::ServerRuntime& runtime,
                                       std::initializer_list<std::string_view> names) {
  std::optional<std::string_view> found;
  for (const std::string_view word : runtime.options)
    for (const std::string_view name : names)
      if (word.starts_with(name)) found = word.substr(name.size());
  return found;
}

std::optional<double> sized(std::optional<std::string_view> text,
                            std::optional<double> (*read)(std::string_view)) {
  return text ? read(*text) : std::nullopt;
}

/// Compiled code, its compiler's memory, classes.
constexpr double hotspot_own_bytes = 64 * mib;

double hotspot_bytes(const record::RunRecord& record) {
  constexpr double heap_of_memory = 1.0 / 64;
  const auto& runtime = record.server_runtime;
  const double first = static_cast<double>(record.machine.memory_bytes) * heap_of_memory;
  const double heap = sized(option(runtime, {"-Xms", "-XX:InitialHeapSize="}), size_of).value_or(first);
  return std::min(heap, sized(option(runtime, {"-Xmx", "-XX:MaxHeapSize="}), size_of).value_or(heap));
}

std::optional<double> first_pss_bytes(const record::RunRecord& record) {
  for (const auto& point : record.quiet_points)
    if (point.sample.arm == record::Arm::server && point.sample.pss_mib) return *point.sample.pss_mib * mib;
  return std::nullopt;
}

double go_bytes(const record::RunRecord& record) {
  constexpr double heap_min = 4 * mib;
  const auto percent = option(record.server_runtime, {"GOGC="});
  if (percent == "off") return static_cast<double>(record.machine.memory_bytes);
  const double share = sized(percent, size_of).value_or(100) / 100;
  return std::max(heap_min, first_pss_bytes(record).value_or(0)) * share;
}

/// From the first quiet point to the last one of this kind; none: to the last one after whole transfers.
std::optional<double> grown_bytes(const record::RunRecord& record,
                                  std::optional<record::QuietKind> exercise) {
  const auto first = first_pss_bytes(record);
  std::optional<double> last;
  for (const auto& point : record.quiet_points) {
    if (point.sample.arm != record::Arm::server || !point.sample.pss_mib) continue;
    if (exercise ? point.kind == *exercise : !record::is_exercise(point.kind))
      last = *point.sample.pss_mib * mib;
  }
  if (!first || !last) return std::nullopt;
  return *last - *first;
}

/// Of the quiet points those after which `count` had risen since the one before, by number.
std::vector<std::size_t> risen(const Evidence& evidence, std::uint64_t record::Collector::*count) {
  const QuietSeries counts = quiet_series(evidence, [count](const record::ResourceSample& sample) {
    return sample.collector ? std::optional(static_cast<double>((*sample.collector).*count)) : std::nullopt;
  });
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < counts.values.size(); ++i) {
    const auto before =
        i > 0 ? std::optional(counts.values[i - 1]) : (counts.before ? counts.before : counts.baseline);
    if (before && counts.values[i] > *before) points.push_back(i);
  }
  return points;
}

QuietSeries after_whole_runs(const Evidence& evidence) {
  const auto points = risen(evidence, &record::Collector::whole_runs);
  if (points.size() < whole_rounds_min) return {};
  QuietSeries series = quiet_series(evidence, survived_bytes);
  const std::size_t kept = points.back() + 1;
  series.values.resize(kept);
  series.transfers.resize(kept);
  for (std::size_t i = kept - 1; i > 0; --i)
    series.values[i - 1] = std::min(series.values[i - 1], series.values[i]);
  if (series.before) series.before = std::min(*series.before, series.values.front());
  series.settled.reset();
  return series;
}

QuietSeries after_any_run(const Evidence& evidence) {
  const QuietSeries all = quiet_series(evidence, survived_bytes);
  QuietSeries series = all;
  series.values.clear();
  series.transfers.clear();
  series.settled.reset();
  for (const std::size_t point : risen(evidence, &record::Collector::runs)) {
    series.values.push_back(all.values[point]);
    series.transfers.push_back(all.transfers[point]);
  }
  return series;
}

/// `whole`: the collector went through old objects too.
HeapSays says(const Growth& growth, bool whole) {
  switch (growth.kind) {
    case GrowthKind::unknown:
    case GrowthKind::uncertain:
      return HeapSays::nothing;
    case GrowthKind::flat:
    case GrowthKind::plateau:
    case GrowthKind::returned:
      return HeapSays::stays;
    case GrowthKind::leak:
      return whole ? HeapSays::leaks : HeapSays::rises;
  }
  return HeapSays::nothing;
}

}  // namespace

std::optional<Garbage> garbage_of(const record::RunRecord& record) {
  const auto& runtime = record.server_runtime;
  switch (runtime.kind) {
    case RuntimeKind::unknown:
    case RuntimeKind::cpython:
      return std::nullopt;
    case RuntimeKind::hotspot:
      return Garbage{hotspot_bytes(record) + hotspot_own_bytes, "Java",
                     "Start the server with a small heap, so that its collector runs: java -Xmx16m …, or "
                     "behind a start script env JAVA_TOOL_OPTIONS=-Xmx16m …"};
    case RuntimeKind::go:
      return Garbage{go_bytes(record) + 4 * mib, "Go",
                     "Start the server so that its collector runs more often: env GOGC=10 …"};
    case RuntimeKind::v8: {
      const auto given = option(runtime, {"--max-semi-space-size=", "--max_semi_space_size="});
      return Garbage{sized(given, size_of).value_or(16) * mib + 64 * mib, "JavaScript (V8)",
                     "Start the server with a small young generation, so that its collector runs: node "
                     "--max-semi-space-size=1 …"};
    }
    case RuntimeKind::dotnet: {
      const auto given = option(runtime, {"DOTNET_GCgen0size=", "COMPlus_GCgen0size="});
      return Garbage{sized(given, hexadecimal).value_or(64 * mib) + 32 * mib, ".NET",
                     "Start the server with a small generation 0, so that its collector runs: env "
                     "DOTNET_GCgen0size=400000 … (hexadecimal: 4 MiB)"};
    }
    case RuntimeKind::ruby: {
      const auto given = option(runtime, {"RUBY_GC_MALLOC_LIMIT_MAX=", "RUBY_GC_OLDMALLOC_LIMIT_MAX="});
      return Garbage{sized(given, size_of).value_or(32 * mib) + 8 * mib, "Ruby",
                     "Start the server so that its collector runs more often: env "
                     "RUBY_GC_MALLOC_LIMIT_MAX=1000000 …"};
    }
  }
  return std::nullopt;
}

bool is_collected(const record::RunRecord& record) {
  std::size_t readings = 0;
  for (const auto& point : record.quiet_points) {
    if (point.sample.arm != record::Arm::server || point.sample.processes.value_or(0) == 0) continue;
    if (!point.sample.collector || !point.sample.collector->just_ran) return false;
    ++readings;
  }
  return readings > 1;
}

std::optional<double> survived_bytes(const record::ResourceSample& sample) {
  return sample.collector ? std::optional(sample.collector->survived_mib * mib) : std::nullopt;
}

std::optional<Garbage> garbage_at_rest(const record::RunRecord& record) {
  auto garbage = garbage_of(record);
  if (garbage && is_collected(record)) garbage->bytes_max = std::min(garbage->bytes_max, hotspot_own_bytes);
  return garbage;
}

bool may_be_garbage(const record::RunRecord& record, std::optional<record::QuietKind> exercise) {
  const auto garbage = garbage_of(record);
  if (!garbage) return false;
  const auto grown = grown_bytes(record, exercise);
  return !grown || *grown <= garbage->bytes_max;
}

bool is_unexplained(const record::RunRecord& record) {
  const auto garbage = garbage_of(record);
  if (!garbage) return false;
  double files = 0;
  for (const auto& fixture : record.fixtures) files += static_cast<double>(fixture.size);
  return grown_bytes(record, std::nullopt).value_or(0) > garbage->bytes_max + files;
}

Heap heap_of(const Evidence& evidence, GrowthLimits limits) {
  if (!is_collected(evidence.record)) limits.whole = std::max(limits.whole, mib);
  Heap heap;
  heap.survived = after_whole_runs(evidence);
  heap.growth = judge_growth(heap.survived, limits);
  const bool whole = heap.growth.kind != GrowthKind::unknown;
  if (!whole) {
    heap.survived = after_any_run(evidence);
    heap.growth = judge_growth(heap.survived, limits);
  }
  heap.says = says(heap.growth, whole);
  return heap;
}

Heap heap_of(const record::RunRecord& record, QuietSeries survived, const GrowthLimits& limits) {
  Heap heap;
  if (!is_collected(record)) return heap;
  heap.survived = std::move(survived);
  heap.growth = judge_growth(heap.survived, limits);
  heap.says = says(heap.growth, true);
  return heap;
}

bool is_small_beside_heap(const record::RunRecord& record) {
  constexpr double small_bytes = 96 * mib;
  const auto garbage = garbage_at_rest(record);
  return garbage && garbage->bytes_max <= small_bytes &&
         grown_bytes(record, std::nullopt).value_or(0) <= garbage->bytes_max;
}

std::optional<double> leak_bound(const Evidence& evidence) {
  constexpr double found_in_any_run = 64 * 1024;
  const auto garbage = garbage_of(evidence.record);
  const auto first = first_pss_bytes(evidence.record);
  if (!garbage || !first) return std::nullopt;
  double transfers = 0;
  std::optional<double> least;
  bool more_followed = false;
  for (const auto& point : evidence.record.quiet_points) {
    if (point.sample.arm != record::Arm::server || !point.sample.pss_mib) continue;
    const double here = *point.sample.pss_mib * mib;
    if (point.kind == record::QuietKind::round && point.confirmation == evidence.confirmation) {
      transfers = static_cast<double>(point.transfers_before);
      least = here;
      more_followed = false;
      continue;
    }
    if (!least) continue;
    least = std::min(*least, here);
    if (record::is_exercise(point.kind)) more_followed = true;
  }
  if (!least || !more_followed || transfers <= 0) return std::nullopt;
  const double bound = (std::max(*least - *first, 0.0) + std::min(garbage->bytes_max, *first)) / transfers;
  return bound < found_in_any_run ? std::optional(bound) : std::nullopt;
}

Verdict small_garbage(Verdict verdict, const record::RunRecord& record, const Growth& growth, double bound) {
  const Garbage garbage = garbage_of(record).value_or(Garbage{});
  verdict.status = Status::pass;
  const std::string seen =
      growth.kind == GrowthKind::leak
          ? fmt::format("Memory at rest grew by {}, within what {}'s collector may leave lying.",
                        bytes(growth.whole), garbage.language)
          : fmt::format(
                "Memory at rest went up and down, as a heap does that {}'s collector clears now and then.",
                garbage.language);
  verdict.summary = fmt::format(
      "{} A leak would have to be below {} of each transfer; a longer run sees less.", seen, bytes(bound));
  return verdict;
}

Verdict doubt_level(Verdict verdict, const record::RunRecord& record) {
  const Garbage garbage = garbage_of(record).value_or(Garbage{});
  return inconclusive(
      std::move(verdict),
      fmt::format("Memory did not rise steadily, but stands {} above where it began, and {}'s garbage with a "
                  "copy of each file comes to less. The run is too short to tell what it is.",
                  bytes(grown_bytes(record, std::nullopt).value_or(0)), garbage.language),
      "More rounds: twice the --iterations, or --profile standard. " + garbage.remedy + ".");
}

Verdict doubt_garbage(Verdict verdict, const record::RunRecord& record, const Growth& growth) {
  const Garbage garbage = garbage_of(record).value_or(Garbage{});
  verdict.happened =
      fmt::format("Its memory at rest grew by {} over the rounds after the first.", bytes(growth.whole));
  verdict.cause = fmt::format(
      "Either each transfer leaves something behind, or it is garbage that {} has had no need to collect.",
      garbage.language);
  std::string settle = garbage.remedy;
  const double transfers = garbage.bytes_max / std::max(growth.line->slope, 1.0);
  settle += fmt::format(". Or more --iterations: beyond some {} transfers such growth is no garbage.",
                        number(std::ceil(transfers / 100) * 100));
  return inconclusive(std::move(verdict),
                      fmt::format("Memory grew by {} for each transfer, but {} may leave {} of garbage lying "
                                  "before its collector has to run: in this run the two look the same.",
                                  bytes(growth.line->slope), garbage.language, bytes(garbage.bytes_max)),
                      settle);
}

}  // namespace bftp::judge
