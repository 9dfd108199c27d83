#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/statistics/stalls.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t sizes_samples_min = 8;

/// What most transfers of one work take, at least and at most: the middle half of them. A burst of load on
/// the machine is in fewer than that, since the work comes round by round.
struct UsualTime {
  const Group* group = nullptr;
  double low_ms = 0, median_ms = 0, high_ms = 0;
};

std::optional<UsualTime> usual_time(const Group& group) {
  if (group.samples.size() < sizes_samples_min) return std::nullopt;
  const auto ascending = statistics::sorted(own_times_ms(group));
  return UsualTime{&group, statistics::quantile_of_sorted(ascending, 0.25),
                   statistics::quantile_of_sorted(ascending, 0.5),
                   statistics::quantile_of_sorted(ascending, 0.75)};
}

/// A file, and one that is at least as large and takes less.
struct Inversion {
  UsualTime slow, quick;
  double excess_ms(double times) const { return slow.low_ms - times * quick.high_ms; }
};

struct SizesLimit {
  double times = 0;
  double more_ms = 0;
};

/// Of each file with one that is at least as large: beside the one against which it stands out most.
std::vector<Inversion> inversions(const std::vector<Group>& groups, double times) {
  std::vector<Inversion> found;
  for (const Group& small : groups) {
    const auto slow = usual_time(small);
    if (!slow) continue;
    std::optional<Inversion> worst;
    for (const Group& large : groups) {
      if (&small == &large || small.key.op != large.key.op || small.size > large.size) continue;
      const auto quick = usual_time(large);
      if (quick && (!worst || quick->high_ms < worst->quick.high_ms)) worst = Inversion{*slow, *quick};
    }
    if (worst) found.push_back(*worst);
  }
  std::ranges::sort(found, std::greater{}, [times](const Inversion& one) { return one.excess_ms(times); });
  return found;
}

/// Whether the reference server takes that much longer for the same file too.
bool is_controls(const std::vector<Group>& control, const Inversion& inversion, const SizesLimit& limit) {
  const Group* small = counterpart(control, *inversion.slow.group);
  const Group* large = counterpart(control, *inversion.quick.group);
  if (small == nullptr || large == nullptr) return false;
  const auto slow = usual_time(*small), quick = usual_time(*large);
  return slow && quick && slow->median_ms > limit.times * quick->median_ms + limit.more_ms;
}

const char* sizes_cause(double wait_ms) {
  switch (statistics::name_signature(std::array{wait_ms})) {
    case statistics::Signature::delayed_ack:
      return "40 ms is the delay of an acknowledgement that Nagle's algorithm (RFC 896) waits for: a header "
             "goes "
             "out by one send() and the content by another. Send both at once (writev, MSG_MORE), or set "
             "TCP_NODELAY.";
    case statistics::Signature::retransmission:
      return "200 ms is the time after which Linux sends what TCP_CORK or MSG_MORE holds back, or sends a "
             "lost "
             "segment again: take the cork off after the last block also where the size is a multiple of the "
             "buffer's.";
    default:
      return "Something waits for a size that does not come: the end of a file is looked for by a block that "
             "is "
             "not full, a buffer is flushed only when it overflows, or a path for small files sleeps.";
  }
}

class Sizes final : public Check {
 public:
  std::string_view id() const override { return "uniformity.sizes"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "No file takes longer than a larger one"; }
  std::string_view about() const override {
    return "Compares what most transfers of a file take with what those of each larger one do, by the limits "
           "of "
           "uniformity.stalls: the quicker three quarters of the larger one's against the slower three "
           "quarters "
           "of the smaller one's. Finds waits that belong to a size: a multiple of a buffer, an answer of a "
           "single small segment. Not judged where the reference server takes as much longer.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"times_max", 5, "ratio", "fails if a file takes more than that many times a larger one's time ..."},
        {"more_ms_max", 30, "ms", "... and so much beyond it: below is what a scheduler does"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const SizesLimit limit{judge::limit(*this, limits, "times_max"),
                           judge::limit(*this, limits, "more_ms_max")};
    Verdict verdict = begin(*this, evidence);
    verdict.limit =
        fmt::format("{} times a larger file's time and {} ms", number(limit.times), number(limit.more_ms));
    verdict.expected = "A file takes no longer than one that is larger, but for what a busy machine does.";
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto found = inversions(groups, limit.times);
    if (found.empty())
      return skipped(std::move(verdict),
                     "It takes two files, each transferred 8 times after the warm-up in the same direction.");
    const auto control = groups_of(evidence, record::Arm::control);
    bool is_controls_too = false;
    std::vector<Verdict> failed;
    for (const Inversion& one : found) {
      if (one.excess_ms(limit.times) <= limit.more_ms) continue;
      if (is_controls(control, one, limit))
        is_controls_too = true;
      else
        failed.push_back(fails(described(verdict, groups, one), evidence, one));
    }
    if (!failed.empty()) {
      const MachineState machine = machine_state(evidence);
      if (machine.disturbed() && control.empty())
        return inconclusive(std::move(failed.front()),
                            "A file took longer than a larger one, but " + machine.why() + ".",
                            "The same run on a calm machine, or with the control arm.");
      Verdict worst = failed.front();
      worst.parts_failed = std::move(failed);
      return worst;
    }
    verdict = described(std::move(verdict), groups, found.front());
    verdict.status = Status::pass;
    verdict.summary = is_controls_too ? "The reference server takes as much longer for the same file."
                                      : "No file takes notably longer than a larger one.";
    return verdict;
  }

 private:
  static Verdict described(Verdict verdict, const std::vector<Group>& groups, const Inversion& one) {
    verdict.measured =
        fmt::format("{} for {}, {} for {}", milliseconds(one.slow.median_ms), one.slow.group->name(),
                    milliseconds(one.quick.median_ms), one.quick.group->name());
    verdict.part = one.slow.group->name();
    draw(groups, one.slow.group->key.op, verdict);
    return verdict;
  }

  static Verdict fails(Verdict verdict, const Evidence& evidence, const Inversion& worst) {
    verdict.status = Status::fail;
    verdict.severity = Severity::major;
    verdict.summary =
        fmt::format("{} ({}) takes {} times as long as {} ({}), which is larger.", worst.slow.group->name(),
                    bytes(static_cast<double>(worst.slow.group->size)),
                    number(worst.slow.median_ms / std::max(worst.quick.median_ms, 1e-3)),
                    worst.quick.group->name(), bytes(static_cast<double>(worst.quick.group->size)));
    verdict.happened =
        fmt::format("Three quarters of the {} took more than {}; three quarters of the {} took less than {}.",
                    counted(worst.slow.group->samples.size(), "transfer") + " of the smaller file",
                    milliseconds(worst.slow.low_ms),
                    counted(worst.quick.group->samples.size(), "transfer") + " of the larger one",
                    milliseconds(worst.quick.high_ms));
    verdict.cause = sizes_cause(worst.slow.median_ms - worst.quick.median_ms);
    verdict.reproduce = reproduce(evidence.record, worst.slow.group->fixture);
    return verdict;
  }

  static void draw(const std::vector<Group>& groups, record::Op op, Verdict& verdict) {
    std::vector<std::pair<double, double>> points;
    for (const Group& group : groups)
      if (const auto usual = usual_time(group); usual && group.key.op == op)
        points.emplace_back(static_cast<double>(group.size) / 1024, usual->median_ms);
    std::ranges::sort(points);
    std::vector<double> x, y;
    for (const auto& [kib, ms] : points) {
      x.push_back(kib);
      y.push_back(ms);
    }
    verdict.series.push_back(picture(op == record::Op::put ? "Median time of a PUT" : "Median time of a GET",
                                     "file, KiB", "ms", x, y));
  }
};

BFTP_REGISTER_CHECK(Sizes)

}  // namespace
}  // namespace bftp::judge
