#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/outliers.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double beyond_p99 = 0.01;
constexpr std::size_t events_min = 5;
/// The group with the largest p99/p50 among those of so many samples.
struct TailFigure {
  const Group* group = nullptr;
  double p50_ms = 0, p99_ms = 0;
  double ratio() const { return p99_ms / p50_ms; }
};

std::optional<TailFigure> longest_tail(const std::vector<Group>& groups, std::size_t least) {
  std::optional<TailFigure> worst;
  for (const Group& group : groups) {
    if (group.samples.size() < least) continue;
    const auto times = statistics::sorted(own_times_ms(group));
    const TailFigure figure{&group, statistics::quantile_of_sorted(times, 0.5),
                            statistics::quantile_of_sorted(times, 0.99)};
    if (figure.p50_ms > 0 && (!worst || figure.ratio() > worst->ratio())) worst = figure;
  }
  return worst;
}

/// Shown beside the verdict. The more samples, the more a p99 is one.
std::optional<TailFigure> longest_tail(const std::vector<Group>& groups) {
  for (const std::size_t least : {100u, 20u, 1u})
    if (auto figure = longest_tail(groups, least)) return figure;
  return std::nullopt;
}

std::size_t largest_pool(const std::vector<Group>& groups) {
  std::size_t largest = 0;
  for (const Pool& pool : pools_of(groups)) largest = std::max(largest, pool.samples());
  return largest;
}

struct Count {
  Pool pool;
  Outliers outliers;
  double low = 0;
  double pools = 1;         ///< it was chosen from
  bool is_excused = false;  ///< by the control arm, which may have as many
};

/// The share that the control arm has at the same work, at most: it excuses so much. A control without a
/// single one excuses none, however few transfers it made.
double excused_share(const Evidence& evidence, const std::vector<Pool>& control_pools, const Pool& pool,
                     const OutlierLimit& limit) {
  const Pool* same = same_work(control_pools, pool);
  if (same == nullptr) return 0;
  const auto outliers = find_outliers(evidence.record, *same, limit);
  if (outliers.found.empty()) return 0;
  return statistics::upper_bound(outliers.found.size(), outliers.total).value_or(0);
}

bool certain(const Count& count) {
  return count.low > beyond_p99 && count.outliers.events >= events_min && count.outliers.rounds >= 2;
}

/// p99/p50 lies above the limit exactly when more than one transfer in 100 lies above limit × p50; counting
/// those has an exact bound. The worst that the control does not excuse, if there is one; and of these one
/// that is certain, before one that a single pause of the machine gave more.
std::optional<Count> worst_pool(const Evidence& evidence, const std::vector<Group>& groups,
                                const OutlierLimit& limit) {
  const auto pools = pools_of(groups);
  const auto control_groups = groups_of(evidence, record::Arm::control);
  const auto control_pools = pools_of(control_groups);
  std::optional<Count> worst;
  for (const Pool& pool : pools) {
    Count count{pool, find_outliers(evidence.record, pool, limit), 0, static_cast<double>(pools.size())};
    count.low = statistics::lower_bound(count.outliers.found.size(), count.outliers.total,
                                        1 - 0.05 / static_cast<double>(pools.size()))
                    .value_or(0);
    count.is_excused = count.low <= excused_share(evidence, control_pools, pool, limit);
    const auto rank = [](const Count& one) {
      return std::tuple(!one.is_excused, certain(one), one.low);
    };
    if (!worst || rank(count) > rank(*worst)) worst = std::move(count);
  }
  return worst;
}

Series tail_picture(const TailFigure& figure) {
  std::vector<double> shares;
  std::vector<double> times;
  const auto ascending = statistics::sorted(own_times_ms(*figure.group));
  for (int i = 0; i <= 200; ++i) {
    shares.push_back(i / 2.0);
    times.push_back(statistics::quantile_of_sorted(ascending, i / 200.0));
  }
  return picture("Transfer time by rank, " + figure.group->name(), "% of transfers are faster", "ms", shares,
                 times);
}

class Tail final : public Check {
 public:
  std::string_view id() const override { return "uniformity.tail"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "The slowest transfers are not far from the rest"; }
  std::string_view about() const override {
    return "Compares the 99th percentile of the transfer time with the median of the same file. Fails if "
           "certainly more than 1 % of the transfers lie beyond the ratio and beyond a floor in ms, at 5 "
           "separate moments at least. Time in the queue of a server that served others meanwhile is left "
           "out.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"p99_over_p50_max", 20, "ratio",
             "clients that share a core stretch the tail of short transfers by up to ten"},
            {"p99_over_p50_warn", 10, "ratio", "warns above"},
            {"excess_ms_min", 100, "ms",
             "a smaller difference between p99 and p50 does not matter; at least twice what the scheduler "
             "can cause is taken"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double floor_ms =
        std::max(limit(*this, limits, "excess_ms_min"), 2 * scheduler_floor_ms(evidence.record));
    const double ratio_max = limit(*this, limits, "p99_over_p50_max");
    Verdict verdict = begin(*this, evidence);
    verdict.limit = fmt::format("p99 at most {} times the median, or within {} of it", number(ratio_max),
                                milliseconds(floor_ms));
    verdict.expected =
        "Serving a file takes about the same time each time; no client keeps others waiting (clause 6.1).";
    verdict.clauses = {"6.1"};
    const auto groups = groups_of(evidence, record::Arm::server);
    if (groups.empty())
      return skipped(std::move(verdict), "No transfer came to its end, so there is no time to judge.");
    const auto figure = longest_tail(groups);
    if (const std::size_t most = largest_pool(groups); !figure || most < timed_transfers_min)
      return inconclusive(
          std::move(verdict),
          fmt::format("Too few transfers to see a tail: {} after the first round, which is a warm-up.", most),
          fmt::format("At least {} of them: more --iterations or --clients.", timed_transfers_min));
    verdict.measured =
        fmt::format("p99 {} = {} × median {} ({})", milliseconds(figure->p99_ms), number(figure->ratio()),
                    milliseconds(figure->p50_ms), figure->group->name());
    verdict.series.push_back(tail_picture(*figure));
    return decide(std::move(verdict), evidence, groups, {ratio_max, floor_ms, true},
                  limit(*this, limits, "p99_over_p50_warn"));
  }

 private:
  static Verdict decide(Verdict verdict, const Evidence& evidence, const std::vector<Group>& groups,
                        const OutlierLimit& fails, double ratio_warn) {
    const auto count = worst_pool(evidence, groups, fails);
    verdict.p_value = std::min(1.0, count->pools * statistics::p_at_least(count->outliers.found.size(),
                                                                          count->outliers.total, beyond_p99)
                                                       .value_or(1));
    const MachineState machine = machine_state(evidence);
    if (certain(*count) && !count->is_excused) {
      if (machine.disturbed())
        return inconclusive(std::move(verdict),
                            "Some transfers took far longer than the rest, but " + machine.why() + ".",
                            "Run again on a machine with nothing else to do.");
      return long_tail(std::move(verdict), *count, Status::fail);
    }
    const auto warned = worst_pool(evidence, groups, {ratio_warn, fails.excess_ms, true});
    if (certain(*warned) && !warned->is_excused && !machine.disturbed())
      return long_tail(std::move(verdict), *warned, Status::warn);
    verdict.status = Status::pass;
    verdict.confidence =
        fmt::format("at most {} of transfers beyond the limit, at 95 % confidence",
                    percent(*statistics::upper_bound(count->outliers.found.size(), count->outliers.total)));
    verdict.summary = "The slowest transfers stay within what a shared machine causes.";
    return verdict;
  }

  static Verdict long_tail(Verdict verdict, const Count& count, Status status) {
    std::vector<double> excess;
    for (const Outlier& outlier : count.outliers.found) excess.push_back(outlier.excess_ms);
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.confidence = fmt::format("more than {} of transfers, at 95 % confidence", percent(count.low));
    verdict.summary = "The slowest transfers take far longer than the rest.";
    verdict.happened = fmt::format("{} of {} ({}) took {} or so longer than the median.",
                                   count.outliers.found.size(), counted(count.outliers.total, "transfer"),
                                   count.pool.name, milliseconds(statistics::median(excess).value_or(0)));
    verdict.cause =
        "Now and then a transfer waits for something that others do not wait for: a lock, a full accept "
        "queue (about 1 s), a lost segment "
        "(about 200 ms), a flush to disk, a collection of garbage. uniformity.stalls names the timer if "
        "there is one.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Tail)

}  // namespace
}  // namespace bftp::judge
