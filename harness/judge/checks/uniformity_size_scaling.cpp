#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::uint64_t size_min = 256u << 10;  ///< smaller files measure the request, not the content
constexpr double size_factor_min = 4;
constexpr std::size_t size_scaling_samples_min = 8;

struct Size {
  const Group* group = nullptr;
  double bytes = 0;
  double median_ms = 0;
  double ms_per_mib() const { return median_ms / (bytes / mib); }
};

std::vector<Size> sizes_of(const std::vector<Group>& groups, record::Op op) {
  std::vector<Size> sizes;
  for (const Group& group : groups) {
    if (group.key.op != op || group.size < size_min || group.samples.size() < size_scaling_samples_min)
      continue;
    if (const auto middle = statistics::median(own_times_ms(group)); middle && *middle > 0)
      sizes.push_back({&group, static_cast<double>(group.size), *middle});
  }
  std::sort(sizes.begin(), sizes.end(), [](const Size& a, const Size& b) { return a.bytes < b.bytes; });
  return sizes;
}

/// How much dearer a MiB is in the largest file than in the smallest that says something.
struct Scaling {
  Size small, large;
  double excess() const { return large.ms_per_mib() / small.ms_per_mib(); }
  /// Time is proportional to size to this power.
  double power() const {
    return std::log(large.median_ms / small.median_ms) / std::log(large.bytes / small.bytes);
  }
};

std::optional<Scaling> scaling_of(const std::vector<Size>& sizes) {
  if (sizes.size() < 2 || sizes.back().bytes < size_factor_min * sizes.front().bytes) return std::nullopt;
  return Scaling{sizes.front(), sizes.back()};
}

class SizeScaling final : public Check {
 public:
  std::string_view id() const override { return "uniformity.size_scaling"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "Time grows no faster than the file"; }
  std::string_view about() const override {
    return "Compares the median time for a MiB of the largest file with that of the smallest of 256 KiB and "
           "more, at the same number of clients; with a control arm relative to its ratio. The largest must "
           "differ by a factor of 4 in size. Warns only.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"excess_warn", 8, "ratio",
         "warns if a MiB of the large file takes that many times as long; what no longer fits a cache of "
         "the processor costs up to three"},
        {"control_times_max", 3, "ratio", "with a control arm: warns only above this multiple of its ratio"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "Twice the file takes twice the time.";
    const double excess_warn = limit(*this, limits, "excess_warn");
    verdict.limit = fmt::format("at most {} times as long for a MiB", number(excess_warn));
    const auto groups = groups_of(evidence, record::Arm::server);
    const double control_times_max = limit(*this, limits, "control_times_max");
    const auto control = groups_of(evidence, record::Arm::control);
    // What the control excuses in one operation hides nothing in the other.
    const auto rank = [&](const Scaling& one) {
      return std::pair(one.excess() > excess_warn && is_beyond_control(one, control, control_times_max),
                       one.excess());
    };
    std::optional<Scaling> worst;
    for (const auto op : {record::Op::get, record::Op::put}) {
      const auto sizes = sizes_of(groups, op);
      const auto scaling = scaling_of(sizes);
      if (!scaling) continue;
      add_picture(verdict, sizes, op);
      if (!worst || rank(*scaling) > rank(*worst)) worst = scaling;
    }
    if (!worst)
      return skipped(
          std::move(verdict),
          "It takes two files of 256 KiB and more, one at least 4 times as large as the other, each "
          "transferred 8 times.");
    verdict.measured =
        fmt::format("{} for a MiB of {}, {} of {}: time ~ size^{}", milliseconds(worst->large.ms_per_mib()),
                    worst->large.group->fixture, milliseconds(worst->small.ms_per_mib()),
                    worst->small.group->fixture, number(worst->power()));
    return decide(std::move(verdict), evidence, *worst, control, excess_warn, control_times_max);
  }

 private:
  static void add_picture(Verdict& verdict, const std::vector<Size>& sizes, record::Op op) {
    std::vector<double> x, y;
    for (const Size& size : sizes) {
      x.push_back(size.bytes / mib);
      y.push_back(size.ms_per_mib());
    }
    verdict.series.push_back(
        picture(op == record::Op::put ? "PUT" : "GET", "file, MiB", "ms for a MiB", x, y));
  }

  static std::optional<double> control_excess(const Scaling& scaling, const std::vector<Group>& control) {
    const Group* small = counterpart(control, *scaling.small.group);
    const Group* large = counterpart(control, *scaling.large.group);
    if (small == nullptr || large == nullptr) return std::nullopt;
    const auto small_ms = statistics::median(own_times_ms(*small));
    const auto large_ms = statistics::median(own_times_ms(*large));
    if (!small_ms || !large_ms || *small_ms <= 0) return std::nullopt;
    return (*large_ms / scaling.large.bytes) / (*small_ms / scaling.small.bytes);
  }

  static bool is_beyond_control(const Scaling& scaling, const std::vector<Group>& control_groups,
                                double times_max) {
    const auto control = control_excess(scaling, control_groups);
    return !control || scaling.excess() > times_max * std::max(*control, 1.0);
  }

  static Verdict decide(Verdict verdict, const Evidence& evidence, const Scaling& scaling,
                        const std::vector<Group>& control_groups, double excess_warn,
                        double control_times_max) {
    const double excess = scaling.excess();
    const auto control = control_excess(scaling, control_groups);
    const bool beyond = is_beyond_control(scaling, control_groups, control_times_max);
    if (control) verdict.confidence = fmt::format("the reference server's ratio is {}", number(*control));
    const double linear_ms = scaling.small.ms_per_mib() * scaling.large.bytes / mib;
    const bool notable = scaling.large.median_ms - linear_ms > scheduler_floor_ms(evidence.record);
    if (excess <= excess_warn || !beyond || !notable) {
      verdict.status = Status::pass;
      verdict.summary =
          fmt::format("A MiB takes {} times as long in the large file as in the small one.", number(excess));
      return verdict;
    }
    const MachineState machine = machine_state(evidence);
    if (machine.disturbed() && !control)
      return inconclusive(std::move(verdict), "Large files are slow, but " + machine.why() + ".",
                          "Run again on a machine with nothing else to do.");
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary = fmt::format("A MiB of {} takes {} times as long as one of {}.",
                                  scaling.large.group->fixture, number(excess), scaling.small.group->fixture);
    verdict.happened = fmt::format("{} took {}; at the pace of the smaller file it would be {}.",
                                   scaling.large.group->name(), milliseconds(scaling.large.median_ms),
                                   milliseconds(linear_ms));
    verdict.cause =
        "Each piece costs more than the one before: the file is opened and sought from its start for each "
        "piece, a string or list is copied whole each time something is added, or memory runs short. A limit "
        "of speed that lets a first burst through looks the same: raise excess_warn for such a server.";
    verdict.reproduce = reproduce(evidence.record);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(SizeScaling)

}  // namespace
}  // namespace bftp::judge
