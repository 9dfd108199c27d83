#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double idle_s = 10;

struct First {
  const Group* group = nullptr;
  const Sample* sample = nullptr;
  double median_ms = 0;
  std::string when;
  double ratio() const { return sample->transfer_ms / median_ms; }
};

/// Of the transfers that met a server just started or long idle, the slowest relative to its file.
std::optional<First> slowest_first(const std::vector<Group>& groups) {
  struct Seen {
    const Group* group;
    const Sample* sample;
  };
  std::vector<Seen> all;
  for (const Group& group : groups) {
    for (const Sample& sample : group.samples) all.push_back({&group, &sample});
  }
  std::sort(all.begin(), all.end(),
            [](const Seen& a, const Seen& b) { return a.sample->start_s < b.sample->start_s; });
  std::map<const Group*, double> medians;
  for (const Group& group : groups) medians[&group] = *statistics::median(times_ms(group));
  std::optional<First> worst;
  double busy_until_s = -1e300;
  for (const Seen& seen : all) {
    const bool after_start = worst == std::nullopt && busy_until_s < 0;
    if (after_start || seen.sample->start_s - busy_until_s > idle_s) {
      First first{seen.group, seen.sample, medians[seen.group],
                  after_start ? "after the start" : "after more than 10 s without work"};
      if (!worst || first.ratio() > worst->ratio()) worst = std::move(first);
    }
    busy_until_s = std::max(busy_until_s, seen.sample->end_s());
  }
  return worst;
}

constexpr std::size_t picture_transfers = 100;

Series first_picture(const First& first) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < std::min(picture_transfers, first.group->samples.size()); ++i) {
    x.push_back(static_cast<double>(i));
    y.push_back(first.group->samples[i].transfer_ms);
  }
  return picture("The first transfers, " + first.group->name(), "transfer, in order of start", "ms", x, y);
}

class FirstTransfer final : public Check {
 public:
  std::string_view id() const override { return "uniformity.first_transfer"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "The first transfer is not much slower"; }
  std::string_view about() const override {
    return "Compares the first transfer after the start, and after 10 s without work, with the median of its "
           "file. Warns only: a server may warm up.";
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
    const auto groups = groups_of(evidence, record::Arm::server, Phase::all);
    const auto first = slowest_first(groups);
    if (!first)
      return skipped(std::move(verdict), "No transfer came to its end, so there is no time to judge.");
    verdict.series.push_back(first_picture(*first));
    verdict.series.push_back(picture(
        "limit", "transfer, in order of start", "ms",
        {0, static_cast<double>(std::min(picture_transfers, first->group->samples.size()))},
        {std::max(ratio_max * first->median_ms, ms_max), std::max(ratio_max * first->median_ms, ms_max)}));
    verdict.measured = fmt::format("{} = {} × median {} ({}, {})", milliseconds(first->sample->transfer_ms),
                                   number(first->ratio()), milliseconds(first->median_ms),
                                   first->group->name(), first->when);
    verdict.status = Status::pass;
    verdict.summary = "The first transfer is about as fast as later ones, or fast enough.";
    if (first->ratio() <= ratio_max || first->sample->transfer_ms <= ms_max) return verdict;
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary =
        fmt::format("The first transfer {} takes {}.", first->when, milliseconds(first->sample->transfer_ms));
    verdict.happened = fmt::format("{}: {}, while later ones take {}.", first->group->name(),
                                   milliseconds(first->sample->transfer_ms), milliseconds(first->median_ms));
    verdict.cause =
        "The server prepares something only when the first client comes: it loads or compiles code, opens a "
        "data base, resolves a name, or fills a cache.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(FirstTransfer)

}  // namespace
}  // namespace bftp::judge
