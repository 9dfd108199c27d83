#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/judge/garbage.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"
#include "harness/record/large_work.hpp"

namespace bftp::judge {
namespace {

using record::whole_file_bytes_min;
using record::whole_file_clients_min;

/// A cache of every file with its bookkeeping.
constexpr double cache_slack = 1.25;
/// So few readings of PSS may all have missed the peak.
constexpr std::size_t pss_samples_min = 5;
/// Each new height of several processes is looked at (measure::HeightWatch), so fewer do there.
constexpr std::size_t pss_heights_min = 2;

std::optional<double> baseline_mib(const record::RunRecord& record) {
  for (const auto& point : record.quiet_points) {
    if (point.kind == record::QuietKind::baseline && point.sample.arm == record::Arm::server)
      return point.sample.pss_mib;
  }
  return std::nullopt;
}

std::uint64_t largest_file(const record::RunRecord& record) {
  std::uint64_t largest = 0;
  for (const auto& [key, count] : record.transfers.counts()) {
    if (key.arm == record::Arm::server && key.fixture < record.fixtures.size())
      largest = std::max(largest, record.fixtures[key.fixture].size);
  }
  return largest;
}

/// One copy of each served file may be cached.
double all_files_mib(const record::RunRecord& record) {
  double sum = 0;
  for (const auto& fixture : record.fixtures) sum += static_cast<double>(fixture.size) / mib;
  return sum;
}

const record::Excess* excess_of(const record::RunRecord& record) {
  for (const auto& end : record.server_ends)
    if (end.arm == record::Arm::server && end.excess && end.excess->of == record::Bounded::memory)
      return &*end.excess;
  return nullptr;
}

struct Peak {
  double pss_mib = 0;
  std::size_t pss_samples = 0;
  /// Of a single process. An upper bound only: a file that is mapped for each client counts each time, though
  /// it lies in memory once. But it is read far more often than PSS.
  double rss_mib = 0;
  std::size_t rss_samples = 0;
  /// Of a single process, and of no file: what it holds for certain.
  double anon_mib = 0;
  std::size_t anon_samples = 0;
  /// Of several processes, summed: an upper bound of what they hold, since shared pages count once for each.
  double anon_sum_mib = 0;
  std::vector<double> time_s, value_mib, anon_time_s, anon_value_mib;
};

void take(Peak& peak, const record::ResourceSample& sample) {
  if (sample.processes.value_or(2) <= 1 && sample.rss_mib) {
    peak.rss_mib = std::max(peak.rss_mib, *sample.rss_mib);
    ++peak.rss_samples;
  }
  if (sample.processes.value_or(2) <= 1 && sample.anon_mib) {
    peak.anon_mib = std::max(peak.anon_mib, *sample.anon_mib);
    ++peak.anon_samples;
    peak.anon_time_s.push_back(sample.time_s);
    peak.anon_value_mib.push_back(*sample.anon_mib);
  }
  if (sample.processes.value_or(0) > 1 && sample.anon_mib)
    peak.anon_sum_mib = std::max(peak.anon_sum_mib, *sample.anon_mib);
  if (!sample.pss_mib) return;
  peak.pss_mib = std::max(peak.pss_mib, *sample.pss_mib);
  ++peak.pss_samples;
  peak.time_s.push_back(sample.time_s);
  peak.value_mib.push_back(*sample.pss_mib);
}

/// Over the blocks in which files of 64 MiB and more were on their way.
Peak peak_of(const Evidence& evidence) {
  const auto& record = evidence.record;
  Peak peak;
  for (const std::uint32_t index : blocks_of(evidence, record::Arm::server, Phase::all)) {
    const auto& block = record.blocks[index];
    const bool large = std::any_of(block.fixtures.begin(), block.fixtures.end(), [&](std::uint16_t fixture) {
      return fixture < record.fixtures.size() && record.fixtures[fixture].size >= whole_file_bytes_min;
    });
    if (!large) continue;
    for (const auto& sample : record.samples) {
      const bool inside = sample.time_s >= block.start_s && sample.time_s <= block.end_s;
      if (inside && sample.arm == record::Arm::server) take(peak, sample);
    }
  }
  return peak;
}

/// What the heap says of garbage, where its collector was asked while the largest file moved.
struct InUse {
  double growth_mib = 0;  ///< the most of any operation, above what lived before
  std::uint32_t readings = 0;
  bool complete = false;  ///< each operation was read while it ran
};

InUse in_use_of(const record::RunRecord& record) {
  constexpr std::uint32_t readings_min = 2;
  InUse use;
  std::size_t read = 0;
  for (const auto& heap : record.heaps_in_use) {
    if (heap.arm != record::Arm::server) continue;
    use.growth_mib = std::max(use.growth_mib, heap.most_mib - heap.least_mib);
    use.readings += heap.readings;
    if (heap.readings >= readings_min) ++read;
  }
  use.complete = read > 0 && read == record.plan.ops.size();
  return use;
}

class PeakCheck final : public Check {
 public:
  std::string_view id() const override { return "memory.peak"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory does not hold whole files for each client"; }
  std::string_view about() const override {
    return "Highest PSS seen while files of 64 MiB and more were transferred by 4 clients and more, less the "
           "baseline. One copy of each served file, a cache, is no fault, nor is garbage that the collector "
           "of its language need not have looked at: where HotSpot takes the request, it collects while the "
           "largest file moves, and what is left counts. A server that had to be ended for its memory "
           "(server.memory_max) fails, whatever it was doing.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"copies_max", 0.8, "file size × clients",
             "fails above: the server holds the file once for each client"},
            {"growth_mib_warn", 256, "MiB", "warns above, beyond one copy of each file"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto& record = evidence.record;
    const double file_mib = static_cast<double>(largest_file(record)) / mib;
    const auto clients = record.plan.clients.count;
    Verdict verdict = begin(*this, evidence);
    verdict.expected =
        "A server passes a file on in pieces: what it needs does not grow with the file and the clients.";
    if (const auto* excess = excess_of(record)) return outgrown(std::move(verdict), *excess);
    if (largest_file(record) < whole_file_bytes_min)
      return skipped(std::move(verdict), "No file of 64 MiB or more was transferred.");
    if (clients < whole_file_clients_min)
      return skipped(std::move(verdict),
                     "Fewer than 4 clients: a copy for each cannot be told from a cache.");
    const auto baseline = baseline_mib(record);
    Peak peak = peak_of(evidence);
    if (!baseline || peak.pss_samples + peak.rss_samples == 0)
      return skipped(std::move(verdict),
                     "No reading of the server's memory fell into the transfers of large files.");
    const double growth_mib = height_mib(peak) - *baseline;
    const Found found{.file_mib = file_mib,
                      .clients = clients,
                      .baseline_mib = *baseline,
                      .growth_mib = growth_mib,
                      .growth_max = std::max(limit(*this, limits, "copies_max") * file_mib * clients,
                                             cache_slack * all_files_mib(record)),
                      .peak = std::move(peak)};
    describe(verdict, found);
    if (const auto doubt = doubt_of(found); !doubt.empty())
      return inconclusive(std::move(verdict), doubt, "A longer run: more --iterations.");
    const auto garbage = garbage_of(record);
    const bool may_lie_there = garbage && found.growth_mib * mib <= garbage->bytes_max;
    if (found.is_above() && may_lie_there)
      return beside_garbage(std::move(verdict), found, *garbage, in_use_of(record));
    if (found.is_above()) return heavy(std::move(verdict), found, found.growth_mib, Status::fail);
    if (!may_lie_there && found.growth_mib > all_files_mib(record) + limit(*this, limits, "growth_mib_warn"))
      return heavy(std::move(verdict), found, found.growth_mib, Status::warn);
    return verdict;
  }

 private:
  struct Found {
    double file_mib = 0;  ///< of the largest file
    std::uint32_t clients = 0;
    double baseline_mib = 0;
    double growth_mib = 0;  ///< above the baseline
    double growth_max = 0;  ///< that it may be, MiB
    Peak peak;
    bool is_above() const { return growth_mib > growth_max; }
  };

  /// Pages of no file were all the process's own; the baseline's PSS holds at least as many.
  static double height_mib(const Peak& peak) {
    const double without_pss = peak.anon_samples > 0 ? 0 : peak.rss_mib;
    return std::max(peak.pss_samples > 0 ? peak.pss_mib : without_pss, peak.anon_mib);
  }

  /// As a pass, which what follows may take back.
  static void describe(Verdict& verdict, const Found& found) {
    const Peak& peak = found.peak;
    verdict.status = Status::pass;
    verdict.limit = fmt::format("at most {} above the baseline", bytes(found.growth_max * mib));
    verdict.measured = fmt::format("{} above the baseline of {}", bytes(found.growth_mib * mib),
                                   bytes(found.baseline_mib * mib));
    verdict.confidence =
        fmt::format("highest of {}",
                    counted(std::max({peak.pss_samples, peak.rss_samples, peak.anon_samples}), "sample"));
    verdict.summary = fmt::format("At most {} more than at the start while {} moved files of {}.",
                                  bytes(std::max(found.growth_mib, 0.0) * mib),
                                  counted(found.clients, "client"), bytes(found.file_mib * mib));
    verdict.series.push_back(picture("Memory of the server while large files moved",
                                     "s since the run's start", "MiB", peak.time_s, peak.value_mib));
    const std::vector<double>& times = peak.anon_time_s.empty() ? peak.time_s : peak.anon_time_s;
    if (!peak.anon_time_s.empty())
      verdict.series.push_back(picture("of it pages of no file", "s since the run's start", "MiB",
                                       peak.anon_time_s, peak.anon_value_mib));
    if (times.empty()) return;
    const double level = found.growth_max + found.baseline_mib;
    verdict.series.push_back(
        picture("limit", "s since the run's start", "MiB", {times.front(), times.back()}, {level, level}));
  }

  /// Why the readings are too few to tell a pass from a failure; empty if they are not.
  static std::string doubt_of(const Found& found) {
    const Peak& peak = found.peak;
    const bool few = peak.pss_samples < pss_samples_min && peak.anon_samples < pss_samples_min;
    const bool rss_above = peak.rss_mib - found.baseline_mib > found.growth_max;
    if (few && rss_above && (peak.pss_samples == 0 || !found.is_above()))
      return fmt::format(
          "The process grew to {}, but that may be one mapped file counted several times, and PSS was read "
          "{} only.",
          bytes(peak.rss_mib * mib), counted(peak.pss_samples, "time"));
    if (peak.pss_samples < pss_heights_min && !found.is_above() &&
        peak.anon_sum_mib - found.baseline_mib > found.growth_max)
      return fmt::format(
          "The processes together grew to {}, but what they share counts several times in that, and PSS was "
          "read {} only.",
          bytes(peak.anon_sum_mib * mib), counted(peak.pss_samples, "time"));
    return {};
  }

  /// It grew above the limit, and its runtime may let so much garbage lie.
  static Verdict beside_garbage(Verdict verdict, const Found& found, const Garbage& garbage,
                                const InUse& use) {
    if (use.growth_mib > found.growth_max)
      return alive(heavy(std::move(verdict), found, use.growth_mib, Status::fail), use);
    if (use.complete) {
      verdict.summary = fmt::format(
          "The process grew by {}, but its collector left no more than {} on the heap while {} moved files "
          "of {}: the rest was garbage, or the runtime's own.",
          bytes(found.growth_mib * mib), bytes(use.growth_mib * mib), counted(found.clients, "client"),
          bytes(found.file_mib * mib));
      return alive(std::move(verdict), use);
    }
    return inconclusive(
        std::move(verdict),
        fmt::format("Memory grew by {}, but {} may leave {} of garbage lying before its "
                    "collector has to run.",
                    bytes(found.growth_mib * mib), garbage.language, bytes(garbage.bytes_max)),
        garbage.remedy + ".");
  }

  static Verdict alive(Verdict verdict, const InUse& use) {
    verdict.measured = fmt::format("{} more on the heap than before, after its collector had run",
                                   bytes(use.growth_mib * mib));
    verdict.confidence = fmt::format("highest of {}", counted(use.readings, "reading"));
    return verdict;
  }

  static Verdict outgrown(Verdict verdict, const record::Excess& excess) {
    verdict.status = Status::fail;
    verdict.severity = Severity::critical;
    verdict.limit =
        fmt::format("at most {} at any time (server.memory_max, or three quarters of the machine's)",
                    bytes(static_cast<double>(excess.most)));
    verdict.measured = bytes(static_cast<double>(excess.amount));
    verdict.summary = fmt::format("The server {}.", record::in_words(excess));
    verdict.cause =
        "Memory is asked for without a bound: a size that a client sent is believed, a request without an "
        "end is collected, whole files or answers are held for each client, or nothing is ever given back.";
    return verdict;
  }

  static Verdict heavy(Verdict verdict, const Found& found, double growth_mib, Status status) {
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.summary =
        fmt::format("The server held {} more while {} moved a file of {}.", bytes(growth_mib * mib),
                    counted(found.clients, "client"), bytes(found.file_mib * mib));
    verdict.happened = fmt::format("That is {} times the file.", number(growth_mib / found.file_mib));
    verdict.cause =
        "The whole file is read into memory for each client (read() without a size, a string that grows), or "
        "data that a slow client has not taken is piled up. Read and "
        "send in pieces, or use sendfile().";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(PeakCheck)

}  // namespace
}  // namespace bftp::judge
