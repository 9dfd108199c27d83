#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/outliers.hpp"
#include "harness/judge/queueing.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t block_values_min = 6;
constexpr std::size_t control_values_min = 4;
constexpr std::size_t blocks_min = 3;

/// Spread inside blocks: what changes from block to block is drift or the machine, not spread.
struct Spread {
  const Group* group = nullptr;
  double cv = 0;      ///< robust, median over blocks
  double cv_low = 0;  ///< lower end of its interval
  double median_ms = 0;
  std::size_t blocks = 0;

  double sigma_ms() const { return cv * median_ms; }
  double sigma_low_ms() const { return cv_low * median_ms; }
};

Spread spread_of(const record::RunRecord& record, const Group& group,
                 std::size_t values_min = block_values_min) {
  std::vector<double> cvs;
  for (const auto& block : by_round(record, group, &Sample::own_ms, values_min)) {
    if (const auto cv = statistics::robust_cv(block.values)) cvs.push_back(*cv);
  }
  Spread spread{&group, 0, 0, 0, cvs.size()};
  if (cvs.size() < blocks_min) cvs = {statistics::robust_cv(own_times_ms(group)).value_or(0)};
  spread.cv = *statistics::median(cvs);
  spread.cv_low = statistics::quantile_interval(cvs, 0.5)->range.low;
  spread.median_ms = statistics::median(own_times_ms(group)).value_or(0);
  return spread;
}

/// A group's spread, and in ms what a shared machine gave the reference server at the same work.
struct SpreadBesideControl {
  Spread spread;
  std::optional<double> control_ms;

  /// By how much it lies beyond a line of `cv` and of so many times the control's spread; above 1: beyond
  /// both, for certain. In ms beside the control, not relative to its median: a tenth of a millisecond of the
  /// scheduler's is half of what the control takes, and nothing to a server that takes a hundred.
  double beyond(double cv, double control_times, double floor_ms) const {
    const double line_ms = std::max(floor_ms, control_times * control_ms.value_or(0));
    return std::min(spread.cv_low / cv, spread.sigma_low_ms() / line_ms);
  }
};

Series spread_picture(const Group& group) {
  std::vector<double> x;
  std::vector<double> y;
  for (const Sample& sample : group.samples) {
    x.push_back(sample.start_s);
    y.push_back(sample.own_ms);
  }
  return picture("Transfer time, " + group.name(), "s since the run's start", "ms", x, y);
}

class SpreadCheck final : public Check {
 public:
  std::string_view id() const override { return "uniformity.spread"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "Transfer times stay close together"; }
  std::string_view about() const override {
    return "Robust coefficient of variation (1.4826 MAD / median) of the transfer times of one file inside a "
           "block, median over blocks. A spread that is no "
           "longer in ms than the scheduler of a shared machine causes does not count, nor does time in a "
           "server's queue while it serves others.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"cv_max", 0.5, "ratio",
             "fails above; for comparison: uniform times from 0 have 0.74, exponential ones 1.03"},
            {"cv_warn", 0.25, "ratio", "warns above"},
            {"control_times_max", 3, "ratio",
             "with a control arm: fails only above this multiple of the reference server's spread, in ms"},
            {"control_times_warn", 2, "ratio", "likewise for the warning"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double floor_ms = scheduler_floor_ms(evidence.record);
    const double cv_max = limit(*this, limits, "cv_max");
    Verdict verdict = begin(*this, evidence);
    verdict.limit =
        fmt::format("at most {} of the median, or within {}", percent(cv_max), milliseconds(floor_ms));
    verdict.expected = "Transfers of the same file, made in the same way, take about the same time.";
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto control = groups_of(evidence, record::Arm::control);
    if (groups.empty())
      return skipped(std::move(verdict), "No transfer came to its end, so there is no time to judge.");
    if (sample_count(groups) < timed_transfers_min)
      return inconclusive(std::move(verdict), "Too few transfers to speak of spread.",
                          fmt::format("At least {} transfers.", timed_transfers_min));
    const Lines lines{
        {cv_max, limit(*this, limits, "control_times_max"), floor_ms},
        {limit(*this, limits, "cv_warn"), limit(*this, limits, "control_times_warn"), floor_ms}};
    std::optional<Verdict> worst;
    std::vector<Verdict> failed;
    for (const SpreadBesideControl& compared : widest_first(evidence.record, groups, control, lines.fail)) {
      Verdict one = judge_group(verdict, evidence, compared, lines);
      one.part = compared.spread.group->name();
      if (one.status == Status::fail) failed.push_back(one);
      if (!worst || badness(one.status) > badness(worst->status)) worst = std::move(one);
    }
    worst->parts_failed = std::move(failed);
    if (worst->status == Status::pass && queued_share(groups) > 0.2)
      worst->summary += " Clients queued while others were served; that time is left out.";
    return std::move(*worst);
  }

 private:
  struct Line {
    double cv, control_times, floor_ms;
  };
  struct Lines {
    Line fail, warn;
  };

  static bool is_beyond(const SpreadBesideControl& compared, const Line& line) {
    return compared.beyond(line.cv, line.control_times, line.floor_ms) > 1;
  }

  static Verdict judge_group(Verdict verdict, const Evidence& evidence, const SpreadBesideControl& found,
                             const Lines& lines) {
    const Spread& spread = found.spread;
    verdict.measured = fmt::format("{} of the median, {} ({})", percent(spread.cv),
                                   milliseconds(spread.sigma_ms()), spread.group->name());
    if (found.control_ms)
      verdict.measured += fmt::format("; reference server {}", milliseconds(*found.control_ms));
    verdict.confidence = fmt::format("{} in {}", counted(spread.group->samples.size(), "transfer"),
                                     counted(std::max<std::size_t>(spread.blocks, 1), "block"));
    verdict.series.push_back(spread_picture(*spread.group));
    const MachineState machine = machine_state(evidence);
    if (is_beyond(found, lines.fail)) {
      if (machine.disturbed() || spread.blocks < blocks_min)
        return inconclusive(
            std::move(verdict),
            machine.disturbed() ? "The times vary, but " + machine.why() + "."
                                : std::string("The times vary, but there are too few blocks to be sure."),
            fmt::format("A calm machine and at least {} rounds with {} transfers of a file each.",
                        blocks_min + 1, block_values_min));
      return varied(std::move(verdict), evidence, spread, Status::fail);
    }
    // Of fewer blocks there is no interval.
    if (is_beyond(found, lines.warn) && spread.blocks >= blocks_min && !machine.disturbed())
      return varied(std::move(verdict), evidence, spread, Status::warn);
    verdict.status = Status::pass;
    verdict.summary = "Transfers of the same file take about the same time.";
    if (spread.cv > lines.fail.cv)
      verdict.summary =
          fmt::format("Transfers of the same file vary by {} only, no more than a shared machine causes.",
                      milliseconds(spread.sigma_ms()));
    return verdict;
  }

  /// First those beyond their line with enough blocks to tell spread from change, then those beyond it, then
  /// by how far they lie from it: a file that is moved less often is not hidden by one that keeps within its
  /// line.
  static std::vector<SpreadBesideControl> widest_first(const record::RunRecord& record,
                                                       const std::vector<Group>& groups,
                                                       const std::vector<Group>& control, const Line& line) {
    const auto rank = [&line](const SpreadBesideControl& compared) {
      const double beyond = compared.beyond(line.cv, line.control_times, line.floor_ms);
      const bool enough = compared.spread.blocks >= blocks_min;
      return std::tuple(beyond > 1 && enough, beyond > 1, enough, beyond, compared.spread.cv);
    };
    std::vector<SpreadBesideControl> all;
    for (const Group& group : groups) {
      SpreadBesideControl compared{spread_of(record, group), std::nullopt};
      // The control does less of the large files.
      if (const Group* other = counterpart(control, group))
        compared.control_ms = spread_of(record, *other, control_values_min).sigma_ms();
      all.push_back(compared);
    }
    std::ranges::stable_sort(all, std::ranges::greater{}, rank);
    return all;
  }

  static Verdict varied(Verdict verdict, const Evidence& evidence, const Spread& spread, Status status) {
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.summary = fmt::format("The times of {} vary by {}.", spread.group->name(), percent(spread.cv));
    verdict.happened =
        fmt::format("Half of the transfers were more than {} away from the median of their block.",
                    milliseconds(spread.sigma_ms() / 1.4826));
    verdict.cause =
        "The server's work for the same request differs from time to time: waits of random length, a cache "
        "that is hit by chance, threads that "
        "fight for one lock, or a file that is opened and converted anew.";
    verdict.reproduce = reproduce(evidence.record, spread.group->fixture);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(SpreadCheck)

}  // namespace
}  // namespace bftp::judge
