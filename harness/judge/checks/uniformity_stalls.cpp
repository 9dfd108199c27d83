#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/machine_excuse.hpp"
#include "harness/judge/outliers.hpp"
#include "harness/judge/stalling.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/statistics/stalls.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

struct Words {
  std::string happened;
  std::string cause;
};

const char* cause_of(statistics::Signature signature) {
  switch (signature) {
    case statistics::Signature::delayed_ack:
      return "About 40 ms is the length of Linux's delayed ACK. Nagle's algorithm holds a small segment back "
             "until the one before it is "
             "acknowledged, and the client delays that acknowledgement. A header sent by one send() and the "
             "data by another does it: send both at "
             "once (writev, MSG_MORE, TCP_CORK) or set TCP_NODELAY. A sleep of 40 ms in the server looks the "
             "same.";
    case statistics::Signature::retransmission:
      return "About 200 ms is the shortest time after which Linux sends a lost segment again. On loopback "
             "that means a full receive queue: the "
             "server does not read while it should, or its socket buffers are too small.";
    case statistics::Signature::syn_retransmission:
      return "About 1 s is the time after which a lost SYN is sent again: the queue of connections that wait "
             "for accept() was full. Give "
             "listen() a larger backlog, and accept while others are served.";
    case statistics::Signature::none:
      break;
  }
  return "Something in the server waits now and then: a sleep, a lock that another client holds, a flush to "
         "disk (fsync), a garbage "
         "collection, a name look-up, or a log that blocks.";
}

const char* ending_of_ordinal(std::uint64_t number) {
  if (number % 100 >= 11 && number % 100 <= 13) return "th";
  return number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
}

Words explain(const StallFinding& finding) {
  const auto excess = excess_lengths_ms(finding.outliers.found);
  const auto median_ms = statistics::median(excess).value_or(0);
  Words words;
  words.happened =
      fmt::format("{} of {} ({}) stood still for about {} longer than the usual time of their file.",
                  finding.outliers.found.size(), counted(finding.outliers.total, "transfer"),
                  finding.pool.name, milliseconds(median_ms));
  std::vector<double> positions;
  for (const Outlier& outlier : finding.outliers.found)
    positions.push_back(static_cast<double>(outlier.position));
  // One after the other is one moment, no rhythm.
  if (const auto period = statistics::find_period(positions); period && period->length >= 2) {
    const auto length = static_cast<std::uint64_t>(std::round(period->length));
    const std::string each = fmt::format("{}{} {}", length, ending_of_ordinal(length), finding.pool.name);
    words.happened += fmt::format(" It hits about each {}.", each);
    words.cause = fmt::format(
        "No timer of the kernel counts transfers: look for what the server does on each {}. If "
        "there is nothing: ",
        each);
  }
  words.cause += cause_of(statistics::name_signature(excess));
  return words;
}

/// Stalls that no busy machine makes are more than the limit by themselves.
bool machine_is_no_excuse(const Evidence& evidence, const StallFinding& finding,
                          const std::vector<Group>& control_groups, double share_max) {
  const auto pools = pools_of(control_groups);
  const Pool* control = same_work(pools, finding.pool);
  if (control == nullptr) return false;
  const auto control_ms = control_waited_ms(excesses(*control, 1e300));
  const auto clear = std::ranges::count_if(finding.outliers.found, [&](const Outlier& outlier) {
    const double usual_ms = outlier.sample->own_ms - outlier.excess_ms;
    return is_no_machines_doing(evidence.record, outlier.excess_ms, usual_ms, control_ms);
  });
  return statistics::lower_bound(static_cast<std::uint64_t>(clear), finding.outliers.total,
                                 1 - 0.05 / finding.pools)
             .value_or(0) > share_max;
}

Series stall_picture(const StallFinding& finding) {
  std::vector<double> x;
  std::vector<double> y;
  for (const Outlier& outlier : excesses(finding.pool, 1e300)) {
    x.push_back(static_cast<double>(outlier.position));
    y.push_back(outlier.excess_ms);
  }
  return picture("Time beyond the usual, " + finding.pool.name, "transfer, in order of start",
                 "ms beyond the median of its file", x, y);
}

class Stalls final : public Check {
 public:
  std::string_view id() const override { return "uniformity.stalls"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "No transfer stands still"; }
  std::string_view about() const override {
    return "Counts transfers that take at least 30 ms longer than 5 times the median of their file, and "
           "crowds of transfers whose delay has the "
           "length of a kernel timer (40 ms: delayed ACK; 200 ms: retransmission). The share must be certain "
           "(exact binomial bound), come from "
           "at least 5 separate moments of 3 rounds, and show again in fresh repeats. Stalls that all "
           "clients share at one moment count once.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"share_max", stall_share_max, "share of transfers",
             "fails above; one accident of a busy machine in 50 is allowed for"},
            {"share_warn", 0.005, "share of transfers", "warns above"},
            {"excess_ms", 30, "ms",
             "longer than a scheduler keeps a task waiting (with many clients to a core that is taken "
             "instead), shorter than any timer of the kernel"},
            {"times_median", 5, "ratio", "what clients that share a core do to each other stays below"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const OutlierLimit outlier_limit =
        stall_limit(evidence, limit(*this, limits, "times_median"), limit(*this, limits, "excess_ms"));
    const double share_max = limit(*this, limits, "share_max");
    Verdict verdict = begin(*this, evidence);
    verdict.limit = fmt::format("at most {} of transfers more than {} beyond {} medians", percent(share_max),
                                milliseconds(outlier_limit.excess_ms), number(outlier_limit.times_median));
    verdict.expected =
        "Transfers of one file take about the same time; one client's waiting is not the server's choice "
        "(clause 6.1).";
    verdict.clauses = {"6.1"};
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto finding = worst_stalls(evidence, groups, outlier_limit, share_max);
    if (!finding)
      return skipped(std::move(verdict), "No transfer came to its end, so there is no time to judge.");
    if (finding->outliers.total < timed_transfers_min)
      return inconclusive(
          std::move(verdict),
          fmt::format("Too few to speak of stalls: {}.", counted(finding->outliers.total, "transfer")),
          fmt::format("At least {} transfers: more --iterations.", timed_transfers_min));
    verdict.measured =
        fmt::format("{} of {} ({})", finding->outliers.found.size(),
                    counted(finding->outliers.total, "transfer"), percent(finding->outliers.share()));
    verdict.confidence = fmt::format(
        "stalls below {} of transfers at 95 % confidence",
        percent(*statistics::upper_bound(finding->outliers.found.size(), finding->outliers.total)));
    verdict.series.push_back(stall_picture(*finding));
    return decide(std::move(verdict), evidence, *finding, share_max, limit(*this, limits, "share_warn"),
                  outlier_limit);
  }

 private:
  static Verdict decide(Verdict verdict, const Evidence& evidence, const StallFinding& finding,
                        double share_max, double share_warn, const OutlierLimit& outlier_limit) {
    const auto control_groups = groups_of(evidence, record::Arm::control);
    const auto control = stalls_at_same_work(evidence, control_groups, finding, outlier_limit);
    const bool beyond = beyond_control(finding.low, control ? &control->outliers : nullptr);
    if (control)
      verdict.measured +=
          fmt::format("; reference server {} of {}", control->outliers.found.size(), control->outliers.total);
    verdict.p_value = p_of_share(finding.outliers, finding.pools, share_max);
    const MachineState machine = machine_state(evidence);
    const bool unmistakable = finding.crowd && finding.low > share_max;
    if (certainly_above(evidence, finding, share_max) && beyond) {
      if (machine.disturbed() && !unmistakable &&
          !machine_is_no_excuse(evidence, finding, control_groups, share_max))
        return inconclusive(std::move(verdict),
                            "Transfers stood still, but " + machine.why() + ", which can do the same.",
                            "Run again on a machine with nothing else to do.");
      return stalled(std::move(verdict), evidence, finding, Status::fail);
    }
    if (finding.low > share_warn && stall_events_low(finding) > share_warn * stall_moments_share && beyond &&
        !machine.disturbed())
      return stalled(std::move(verdict), evidence, finding, Status::warn);
    verdict.status = Status::pass;
    verdict.summary = finding.outliers.found.empty()
                          ? "No transfer stood still."
                          : "A few transfers took long, not more than a shared machine causes.";
    return verdict;
  }

  static Verdict stalled(Verdict verdict, const Evidence& evidence, const StallFinding& finding,
                         Status status) {
    const Words words = explain(finding);
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.confidence = fmt::format("more than {} of transfers, at 95 % confidence", percent(finding.low));
    verdict.summary =
        fmt::format("{} of transfers stand still for a moment.", percent(finding.outliers.share()));
    verdict.happened = words.happened;
    verdict.cause = words.cause;
    if (finding.pool.groups.size() == 1)
      verdict.reproduce = reproduce(evidence.record, finding.pool.groups.front()->fixture);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Stalls)

}  // namespace
}  // namespace bftp::judge
