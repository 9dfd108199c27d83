#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/judge/left_out.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t afterwards_samples_min = 8;
/// Differences below it say nothing, whatever their ratio.
constexpr double afterwards_floor_ms = 1;
/// Of each of the two medians: both hold together with 95 %.
constexpr double afterwards_confidence = 0.975;

/// One client alone, before and after. Of the two looks afterwards the quicker one counts: what passes within
/// a second is no lasting harm.
struct Afterwards {
  const record::Crowding* times = nullptr;
  double before_ms = 0, after_ms = 0;
  double certain_ratio = 0;  ///< at least so many times as long
  double ratio() const { return after_ms / before_ms; }
};

std::optional<Afterwards> afterwards_of(const record::RunRecord& record, record::Arm arm) {
  using statistics::median;
  using statistics::quantile_interval;
  for (const record::Crowding& times : record.crowdings) {
    if (times.arm != arm || times.confirmation) continue;
    const auto& quicker = median(times.after_ms).value_or(0) < median(times.later_ms).value_or(0)
                              ? times.after_ms
                              : times.later_ms;
    if (std::min({times.alone_ms.size(), times.after_ms.size(), times.later_ms.size()}) <
        afterwards_samples_min)
      continue;
    const auto before = quantile_interval(times.alone_ms, 0.5, afterwards_confidence);
    const auto after = quantile_interval(quicker, 0.5, afterwards_confidence);
    Afterwards found{&times, median(times.alone_ms).value_or(0), median(quicker).value_or(0)};
    if (!before || !after || found.before_ms <= 0 || before->range.high <= 0) continue;
    found.certain_ratio = after->range.low / before->range.high;
    return found;
  }
  return std::nullopt;
}

class StaysQuick final : public Check {
 public:
  std::string_view id() const override { return "uniformity.afterwards"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override {
    return "Clients that behave badly leave the server as quick as it was";
  }
  std::string_view about() const override {
    return "Service time of one client alone, before and after clients that say half a request, ask for what "
           "there is not, stop reading and go away in the midst; twice, a second apart, of which the quicker "
           "counts, and against what the "
           "reference server, visited by none of them, takes in turns.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"times_max", 3, "ratio",
         "fails if a transfer takes so many times as long afterwards, beyond the interval of both medians "
         "and beyond the control's own change"},
        {"times_warn", 1.5, "ratio", "likewise for the warning"}};
  }
  /// Repeats would begin with a server that is slow already; the two looks stand for them.
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    const double times_max = limit(*this, limits, "times_max");
    verdict.expected = "When such clients have gone, a transfer takes what it took before.";
    verdict.limit = fmt::format("at most {} times as long", number(times_max));
    const auto found = afterwards_of(evidence.record, record::Arm::server);
    const std::string left_out = why_phase_was_left_out(evidence.record, "afterwards");
    if (!found && !left_out.empty()) return skipped(std::move(verdict), left_out);
    if (!found)
      return skipped(
          std::move(verdict),
          "Too few transfers of one client alone, before such clients and after them, to compare.");
    const auto control = afterwards_of(evidence.record, record::Arm::control);
    const record::Crowding& times = *found->times;
    verdict.done =
        fmt::format("{} by one client alone before, {} afterwards and {} a second later.",
                    counted(times.alone_ms.size(), "transfer"), times.after_ms.size(), times.later_ms.size());
    verdict.measured =
        fmt::format("{} before, {} afterwards: {} times as long", milliseconds(found->before_ms),
                    milliseconds(found->after_ms), number(found->ratio()));
    verdict.confidence = fmt::format("at least {} times with 95 % confidence", number(found->certain_ratio));
    if (control)
      verdict.confidence += fmt::format("; the reference server's factor is {}", number(control->ratio()));
    verdict.series.push_back(picture_of_times("before", times.alone_ms));
    verdict.series.push_back(picture_of_times("afterwards", times.after_ms));
    verdict.series.push_back(picture_of_times("a second later", times.later_ms));
    const double limit_ms = times_max * found->before_ms;
    verdict.series.push_back(picture("limit for the median", "% of transfers that are faster", "ms", {0, 100},
                                     {limit_ms, limit_ms}));
    const double by_machine = control ? std::max(1.0, control->ratio()) : 1.0;
    const bool notable = found->after_ms - found->before_ms > afterwards_floor_ms;
    const auto beyond = [&](double times_as_long) {
      return notable && found->certain_ratio > times_as_long * by_machine;
    };
    verdict.status = Status::pass;
    verdict.summary =
        fmt::format("A transfer takes {} times as long after clients that behaved badly as before.",
                    number(found->ratio()));
    if (!beyond(limit(*this, limits, "times_warn"))) return verdict;
    if (const MachineState machine = machine_state(evidence); machine.disturbed() && !control) {
      const std::string but = verdict.summary + " But " + machine.why() + ".";
      return inconclusive(std::move(verdict), but, "Run again on a machine with nothing else to do.");
    }
    return slow_since(std::move(verdict), beyond(times_max));
  }

 private:
  static Verdict slow_since(Verdict verdict, bool fails) {
    verdict.status = fails ? Status::fail : Status::warn;
    verdict.severity = fails ? Severity::major : Severity::minor;
    verdict.happened = verdict.summary + " It was so at once and a second later.";
    verdict.cause =
        "Something of those clients stays: a table or list of sessions that each request walks through, a "
        "worker that still waits for one of them, a setting for all (a smaller block, a longer pause) that "
        "was chosen for a slow client and is never taken back.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(StaysQuick)

}  // namespace
}  // namespace bftp::judge
