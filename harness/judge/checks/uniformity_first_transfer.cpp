#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double idle_s = 10;

/// One of a transfer's times beside what it usually is. A start that costs a second hides in the time of a
/// large file, but not in its time to first byte.
struct Figure {
  std::string_view what;
  double Sample::*value;
};
constexpr std::array figures{Figure{"", &Sample::transfer_ms},
                             Figure{"time to first byte of a ", &Sample::first_byte_ms}};

struct First {
  const Group* group = nullptr;
  Figure figure;
  double ms = 0;
  double median_ms = 0;
  std::string_view when;
  double ratio() const { return ms / median_ms; }
  std::string name() const { return fmt::format("{}{}", figure.what, group->name()); }
};

struct Seen {
  const Group* group;
  const Sample* sample;
};

/// Transfers that met a server just started or long idle: all that began before the first of them had ended,
/// since any of the clients may be the one that is served first.
struct Wave {
  std::string_view when;
  std::vector<Seen> transfers;
};

std::vector<Wave> first_waves(const std::vector<Group>& groups) {
  std::vector<Seen> all;
  for (const Group& group : groups) {
    for (const Sample& sample : group.samples) all.push_back({&group, &sample});
  }
  std::sort(all.begin(), all.end(),
            [](const Seen& a, const Seen& b) { return a.sample->start_s < b.sample->start_s; });
  std::vector<Wave> waves;
  double busy_until_s = -1e300, wave_until_s = -1e300;
  for (const Seen& seen : all) {
    const bool begins = waves.empty() || seen.sample->start_s - busy_until_s > idle_s;
    if (begins) {
      waves.push_back({waves.empty() ? "after the start" : "after more than 10 s without work", {}});
      wave_until_s = seen.sample->end_s();
    }
    if (seen.sample->start_s < wave_until_s || begins) {
      waves.back().transfers.push_back(seen);
      wave_until_s = std::min(wave_until_s, seen.sample->end_s());
    }
    busy_until_s = std::max(busy_until_s, seen.sample->end_s());
  }
  return waves;
}

/// Of these the slowest relative to its file; of figures above `ms_max` if there is one, since below nobody
/// notices. `earliest_only`: of each wave's transfers.
std::optional<First> slowest_first(const std::vector<Group>& groups, double ms_max, bool earliest_only) {
  std::optional<First> worst;
  for (const Wave& wave : first_waves(groups)) {
    for (const Seen& seen : std::span(wave.transfers).first(earliest_only ? 1 : wave.transfers.size())) {
      for (const Figure& figure : figures) {
        std::vector<double> times;
        for (const Sample& sample : seen.group->samples)
          if (std::isfinite(sample.*figure.value)) times.push_back(sample.*figure.value);
        const auto median = statistics::median(times);
        const double ms = seen.sample->*figure.value;
        if (!median || !(*median > 0) || !std::isfinite(ms)) continue;
        First first{seen.group, figure, ms, *median, wave.when};
        const auto rank = [ms_max](const First& one) {
          return std::pair(one.ms > ms_max, one.ratio());
        };
        if (!worst || rank(first) > rank(*worst)) worst = first;
      }
    }
  }
  return worst;
}

constexpr std::size_t picture_transfers = 100;

Series first_picture(const First& first) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < std::min(picture_transfers, first.group->samples.size()); ++i) {
    x.push_back(static_cast<double>(i));
    y.push_back(first.group->samples[i].*first.figure.value);
  }
  return picture("The first transfers, " + first.name(), "transfer, in order of start", "ms", x, y);
}

class FirstTransfer final : public Check {
 public:
  std::string_view id() const override { return "uniformity.first_transfer"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "The first transfer is not much slower"; }
  std::string_view about() const override {
    return "Compares the first transfers after the start, and after 10 s without work (all that began before "
           "one of them had ended), with the median of their file: the whole time, and that to the first "
           "byte. Warns only: a server may warm up.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"times_median_max", 10, "ratio", "warns above, and"},
        {"ms_max", 100, "ms", "if the first transfer also takes longer than this, which a person notices"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double ratio_max = limit(*this, limits, "times_median_max");
    const double ms_max = limit(*this, limits, "ms_max");
    Verdict verdict = begin(*this, evidence);
    verdict.limit = fmt::format("at most {} medians, or {}", number(ratio_max), milliseconds(ms_max));
    verdict.expected = "The first client does not wait much longer than later ones.";
    // On lasting connections a server with few places lets all but the earliest wait for another's end.
    const bool lasting = evidence.record.plan.clients.lasting_connections;
    const auto groups = groups_of(evidence, record::Arm::server, Phase::with_connecting);
    const auto first = slowest_first(groups, ms_max, lasting);
    if (!first)
      return skipped(std::move(verdict), "No transfer came to its end, so there is no time to judge.");
    verdict.series.push_back(first_picture(*first));
    verdict.series.push_back(picture(
        "limit", "transfer, in order of start", "ms",
        {0, static_cast<double>(std::min(picture_transfers, first->group->samples.size()))},
        {std::max(ratio_max * first->median_ms, ms_max), std::max(ratio_max * first->median_ms, ms_max)}));
    verdict.measured =
        fmt::format("{} = {} × median {} ({}, {})", milliseconds(first->ms), number(first->ratio()),
                    milliseconds(first->median_ms), first->name(), first->when);
    verdict.status = Status::pass;
    verdict.summary = "The first transfer is about as fast as later ones, or fast enough.";
    if (first->ratio() <= ratio_max || first->ms <= ms_max) return verdict;
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary = fmt::format("The first transfer {} takes {}{}.", first->when, milliseconds(first->ms),
                                  first->figure.what.empty() ? "" : " to its first byte");
    verdict.happened = fmt::format("{}: {}, while later ones take {}.", first->name(),
                                   milliseconds(first->ms), milliseconds(first->median_ms));
    verdict.cause =
        "The server prepares something only when the first client comes: it loads or compiles code, opens a "
        "data base, resolves a name, or fills a cache.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(FirstTransfer)

}  // namespace
}  // namespace bftp::judge
