#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/judge/always_waiting.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/stalling.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/statistics/stalls.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t timers_samples_min = 100;
constexpr double crowd_median_max_ms = 20;

struct TimerCrowds {
  Pool pool;
  Outliers outliers;
  statistics::Signature signature = statistics::Signature::none;
  double low = 0;
  bool is_certain = false;
};

TimerCrowds timed_in(const Evidence& evidence, const Pool& pool, double confidence) {
  TimerCrowds timed{pool, {}};
  const auto all = excesses(pool, crowd_median_max_ms);
  timed.outliers.total = all.size();
  if (const auto crowd = statistics::timer_crowd(excess_lengths_ms(all))) {
    for (const Outlier& outlier : all)
      if (outlier.excess_ms >= crowd->low_ms && outlier.excess_ms < crowd->high_ms)
        timed.outliers.found.push_back(outlier);
    recount(evidence.record, timed.outliers);
    timed.signature = statistics::name_signature(excess_lengths_ms(timed.outliers.found));
  }
  timed.low = statistics::lower_bound(timed.outliers.found.size(),
                                      std::max<std::size_t>(timed.outliers.total, 1), confidence)
                  .value_or(0);
  return timed;
}

/// Whether such waits are more than the line, at separate moments, and more than the control shows at the
/// same work.
bool is_certain(const Evidence& evidence, const TimerCrowds& timed, const std::vector<Pool>& control,
                double share_max) {
  const Pool* same = same_work(control, timed.pool);
  const auto beside = same == nullptr ? std::nullopt : std::optional(timed_in(evidence, *same, 0.95));
  return timed.signature != statistics::Signature::none && timed.low > share_max &&
         spread_out(evidence, timed.outliers) &&
         beyond_control(timed.low, beside ? &beside->outliers : nullptr);
}

/// The pool with most, of those that are certain if there are any.
std::optional<TimerCrowds> worst_timed(const Evidence& evidence, const std::vector<Group>& groups,
                                       const std::vector<Group>& control, double share_max) {
  const auto pools = pools_of(groups), control_pools = pools_of(control);
  std::optional<TimerCrowds> worst;
  for (const Pool& pool : pools) {
    TimerCrowds timed = timed_in(evidence, pool, 1 - 0.05 / static_cast<double>(pools.size()));
    if (timed.outliers.total < timers_samples_min) continue;
    timed.is_certain = is_certain(evidence, timed, control_pools, share_max);
    if (!worst || std::pair(timed.is_certain, timed.low) > std::pair(worst->is_certain, worst->low))
      worst = std::move(timed);
  }
  return worst;
}

struct Name {
  const char* timer;
  const char* cause;
};

Name name_of(statistics::Signature signature) {
  if (signature == statistics::Signature::delayed_ack)
    return {
        "the 40 ms of a delayed ACK",
        "Nagle's algorithm (RFC 896) holds a small segment back until the one before it is acknowledged, and "
        "the client delays that acknowledgement by 40 ms (Linux's TCP_DELACK_MIN). A header sent by one "
        "send() and the data by another does it: send both at once (writev, MSG_MORE, TCP_CORK) or set "
        "TCP_NODELAY."};
  return {
      "the 200 ms of a retransmission",
      "200 ms is the shortest time after which Linux sends a lost segment again (TCP_RTO_MIN). On loopback "
      "nothing is lost but by a full queue: the server does not read while it should, its backlog of "
      "listen() is too small, or its socket buffers are."};
}

class Timers final : public Check {
 public:
  std::string_view id() const override { return "uniformity.timers"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "No transfer waits for a timer of the kernel"; }
  std::string_view about() const override {
    return "Looks for a crowd of transfers whose delay has the length of a kernel timer, set apart from all "
           "other delays: 40 ms (delayed ACK with Nagle's algorithm) or 200 ms (retransmission). Finds rarer "
           "ones than uniformity.stalls; where that fails for the same transfers, they are only named here. "
           "Likewise where every transfer of files below 1 MiB takes that much longer than the control's, "
           "whatever the size. Warns only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"share_max", 0.002, "share of transfers",
         "warns above; a timer's length, many times and to the millisecond, is no accident of a scheduler"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double share_max = limit(*this, limits, "share_max");
    Verdict verdict = begin(*this, evidence);
    verdict.limit = fmt::format("at most {} of transfers", percent(share_max));
    verdict.expected =
        "On loopback no segment is lost, and a server that sends what it has waits for no ACK.";
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto control = groups_of(evidence, record::Arm::control);
    if (const auto always = always_waiting(evidence, groups, control))
      return waits_always(std::move(verdict), *always, !control.empty());
    const auto timed = worst_timed(evidence, groups, control, share_max);
    if (!timed)
      return skipped(std::move(verdict),
                     "Fewer than 100 transfers of files that take less than 20 ms: no timer stands out of "
                     "longer ones.");
    verdict.measured = fmt::format("{} of {} ({})", timed->outliers.found.size(),
                                   counted(timed->outliers.total, "transfer"), timed->pool.name);
    std::vector<double> x, y;
    for (const Outlier& outlier : excesses(timed->pool, crowd_median_max_ms)) {
      x.push_back(static_cast<double>(outlier.position));
      y.push_back(outlier.excess_ms);
    }
    verdict.series.push_back(picture("Time beyond the usual, " + timed->pool.name,
                                     "transfer, in order of start", "ms beyond the median of its file", x,
                                     y));
    for (const double timer_ms : {40.0, 200.0})
      if (!x.empty())
        verdict.series.push_back(picture(fmt::format("timer of {} ms", number(timer_ms)),
                                         "transfer, in order of start", "ms beyond the median of its file",
                                         {x.front(), x.back()}, {timer_ms, timer_ms}));
    return decide(std::move(verdict), evidence, *timed);
  }

 private:
  static Verdict waits_always(Verdict verdict, const AlwaysWaiting& always, bool compared) {
    const Name name = name_of(always.signature);
    std::vector<double> x, y;
    for (const Group* group : always.groups)
      for (const Sample& sample : group->samples) {
        x.push_back(sample.start_s);
        y.push_back(sample.transfer_ms);
      }
    verdict.series.push_back(picture("Times of " + always.names(), "s since the start", "ms", x, y));
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.measured =
        fmt::format("{} in each transfer ({})", milliseconds(always.median_ms), always.names());
    verdict.summary = fmt::format("Each transfer of a small file waits for {}.", name.timer);
    verdict.happened =
        fmt::format("{}: the median takes {}{}, whatever the size.", always.names(),
                    milliseconds(always.median_ms), compared ? " longer than the control's" : "");
    verdict.cause = std::string(name.cause) + " A sleep of that length in the server looks the same.";
    return verdict;
  }

  static Verdict decide(Verdict verdict, const Evidence& evidence, const TimerCrowds& timed) {
    if (!timed.is_certain) {
      verdict.status = Status::pass;
      verdict.confidence =
          fmt::format("below {} of transfers at 95 % confidence",
                      percent(*statistics::upper_bound(timed.outliers.found.size(), timed.outliers.total)));
      verdict.summary = "No crowd of transfers has the length of a kernel timer.";
      return verdict;
    }
    const OutlierLimit outlier_limit = stall_limit(evidence);
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto stalls = worst_stalls(evidence, groups, outlier_limit);
    const bool told_elsewhere = stalls && stalls_are_frequent(evidence, *stalls, outlier_limit);
    const Name name = name_of(timed.signature);
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.confidence = fmt::format("more than {} of transfers, at 95 % confidence", percent(timed.low));
    verdict.summary = fmt::format("{} of transfers wait for {}.{}", percent(timed.outliers.share()),
                                  name.timer, told_elsewhere ? " uniformity.stalls counts them." : "");
    verdict.happened = fmt::format("{} of {} ({}) took longer than usual by just that time, at {}.",
                                   timed.outliers.found.size(), counted(timed.outliers.total, "transfer"),
                                   timed.pool.name, counted(timed.outliers.events, "separate moment"));
    verdict.cause = std::string(name.cause) + " A sleep of that length in the server looks the same.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Timers)

}  // namespace
}  // namespace bftp::judge
