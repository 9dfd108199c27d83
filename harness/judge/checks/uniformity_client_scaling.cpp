#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "harness/judge/left_out.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t client_scaling_samples_min = 8;

struct Crowd {
  const record::Crowding* crowding = nullptr;
  double alone_ms = 0, together_ms = 0;
  double alone_mean_ms = 0, together_mean_ms = 0;
  double slowdown() const { return together_ms / alone_ms; }
  /// Closed-loop clients get n / mean in sum. Of two modes with about half of the transfers each, a median
  /// jumps from the one to the other when the shares change a little; a mean does not.
  double mean_slowdown() const { return together_mean_ms / alone_mean_ms; }
};

/// Without the slowest tenth, in which a single stall would outweigh all others. Precondition: not empty.
double mean_without_stalls(const std::vector<double>& values) {
  std::vector<double> sorted = statistics::sorted(values);
  sorted.resize(std::max<std::size_t>(1, sorted.size() * 9 / 10));
  return std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
}

std::optional<Crowd> crowd_of(const Evidence& evidence, record::Arm arm) {
  for (const record::Crowding& crowding : evidence.record.crowdings) {
    if (crowding.arm != arm || crowding.confirmation != evidence.confirmation) continue;
    const auto alone = statistics::median(crowding.alone_ms);
    const auto together = statistics::median(crowding.together_ms);
    const bool enough = crowding.alone_ms.size() >= client_scaling_samples_min &&
                        crowding.together_ms.size() >= client_scaling_samples_min;
    if (enough && alone && together && *alone > 0)
      return Crowd{&crowding, *alone, *together, mean_without_stalls(crowding.alone_ms),
                   mean_without_stalls(crowding.together_ms)};
  }
  return std::nullopt;
}

class ClientScaling final : public Check {
 public:
  std::string_view id() const override { return "uniformity.client_scaling"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "All clients together are no slower than one alone"; }
  std::string_view about() const override {
    return "Transfers one file with one client alone and with all clients, in turns. With n clients a "
           "transfer may take n times as long (the machine is shared, or the server serves one after the "
           "other); beyond that the server moves less in sum the more clients it has. Warns only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"times_clients_warn", 2, "ratio",
         "warns if a transfer takes longer than this times the number of clients times that of one alone: "
         "together they get half of what one gets"},
        {"control_times_max", 2, "ratio",
         "with a control arm: warns only above this multiple of its slowdown"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    const double clients = evidence.record.plan.clients.count;
    const double warn = limit(*this, limits, "times_clients_warn") * clients;
    verdict.expected = "More clients share what the server can do; they do not make less of it.";
    verdict.limit = fmt::format("at most {} times as long with {}", number(warn),
                                counted(evidence.record.plan.clients.count, "client"));
    const auto crowd = crowd_of(evidence, record::Arm::server);
    const std::string left_out = why_phase_was_left_out(evidence.record, "crowd");
    if (!crowd && !left_out.empty()) return skipped(std::move(verdict), left_out);
    if (!crowd)
      return skipped(
          std::move(verdict),
          "One client alone was not compared with all: that needs two clients, GET and no --rate.");
    verdict.measured = fmt::format("{} alone, {} with all: {} times as long", milliseconds(crowd->alone_ms),
                                   milliseconds(crowd->together_ms), number(crowd->slowdown()));
    verdict.done = fmt::format("{} by one client alone and {} by {}, in turns.",
                               counted(crowd->crowding->alone_ms.size(), "transfer"),
                               crowd->crowding->together_ms.size(),
                               counted(evidence.record.plan.clients.count, "client"));
    verdict.series.push_back(picture_of_times("one client alone", crowd->crowding->alone_ms));
    verdict.series.push_back(picture_of_times("all clients", crowd->crowding->together_ms));
    const double limit_ms = warn * crowd->alone_ms;
    verdict.series.push_back(picture("limit for the median", "% of transfers that are faster", "ms", {0, 100},
                                     {limit_ms, limit_ms}));
    return decide(std::move(verdict), evidence, *crowd, warn, limit(*this, limits, "control_times_max"));
  }

 private:
  static Verdict decide(Verdict verdict, const Evidence& evidence, const Crowd& crowd, double warn,
                        double control_times_max) {
    const double clients = evidence.record.plan.clients.count;
    const auto control = crowd_of(evidence, record::Arm::control);
    if (control)
      verdict.confidence = fmt::format("the reference server's factor is {}", number(control->slowdown()));
    const bool beyond = !control || crowd.slowdown() > control_times_max * std::max(1.0, control->slowdown());
    // The median of many: no single time slice, but a full turn of the run queue for everybody.
    const bool notable =
        crowd.together_ms - clients * crowd.alone_ms > scheduler_floor_ms(evidence.record) / 2;
    const bool slower = crowd.slowdown() > warn && crowd.mean_slowdown() > warn;
    if (!slower || !beyond || !notable) {
      verdict.status = Status::pass;
      verdict.summary =
          fmt::format("With {} a transfer takes {} times as long as alone.",
                      counted(evidence.record.plan.clients.count, "client"), number(crowd.slowdown()));
      if (crowd.slowdown() > warn && !slower)
        verdict.summary += fmt::format(
            " That is the median, which here jumps from quick transfers to slow ones; on average it is {} "
            "times.",
            number(crowd.mean_slowdown()));
      return verdict;
    }
    const MachineState machine = machine_state(evidence);
    if (machine.disturbed() && !control)
      return inconclusive(std::move(verdict), "Many clients are slow, but " + machine.why() + ".",
                          "Run again on a machine with nothing else to do.");
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary =
        fmt::format("With {} a transfer takes {} times as long as alone: together they get less than one.",
                    counted(evidence.record.plan.clients.count, "client"), number(crowd.slowdown()));
    verdict.happened = fmt::format("A transfer took {} alone and {} beside the others.",
                                   milliseconds(crowd.alone_ms), milliseconds(crowd.together_ms));
    verdict.cause =
        "Clients get into each other's way: a lock that everybody asks for again and again, a sleep when it "
        "is taken, work for each client that looks at all others, or so many threads and processes that "
        "memory or the processor's caches run short.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(ClientScaling)

}  // namespace
}  // namespace bftp::judge
