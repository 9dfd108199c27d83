#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::uint64_t file_bytes_min = 1u << 20;

struct Speed {
  const Group* group = nullptr;
  double median_mib_s = 0;
  double high_mib_s = 0;   ///< upper end of the median's interval
  double total_mib_s = 0;  ///< of all clients together, median of blocks

  bool is_slow(double least, double enough) const { return median_mib_s < least && total_mib_s < enough; }
  bool is_surely_slow(double least, double enough) const {
    return high_mib_s < least && total_mib_s < enough;
  }
};

double mib_per_s(std::uint64_t size, double ms) {
  return static_cast<double>(size) / mib / (ms / 1000);
}

/// What all clients together moved in the group's own blocks; a block of several files counts too.
double total_speed(const Evidence& evidence, const Group& group) {
  std::vector<double> speeds;
  for (const auto& block : by_block(group, &Sample::transfer_ms)) {
    const auto& record = evidence.record.blocks[block.block];
    if (record.busy_s > 0) speeds.push_back(static_cast<double>(record.bytes) / mib / record.busy_s);
  }
  return statistics::median(speeds).value_or(0);
}

/// What is slow for certain counts first, then what is slow; among few transfers, or of many clients that
/// together move enough, there may be a lower median.
std::optional<Speed> slowest(const Evidence& evidence, const std::vector<Group>& groups, double least,
                             double enough) {
  const auto rank = [=](const Speed& speed) {
    return std::tuple(speed.is_surely_slow(least, enough), speed.is_slow(least, enough), -speed.median_mib_s);
  };
  std::optional<Speed> worst;
  for (const Group& group : groups) {
    if (group.size < file_bytes_min) continue;
    std::vector<double> speeds;
    for (const Sample& sample : group.samples) speeds.push_back(mib_per_s(group.size, sample.transfer_ms));
    const auto interval = statistics::quantile_interval(speeds, 0.5);
    const Speed speed{&group, *statistics::median(speeds), interval->range.high,
                      total_speed(evidence, group)};
    if (!worst || rank(speed) > rank(*worst)) worst = speed;
  }
  return worst;
}

/// The file whose transfers lie furthest behind the reference server's, among the large ones.
struct Behind {
  std::string work, fixture;
  std::vector<PairPoint> pairs;
  Effect effect;
};

std::optional<Behind> furthest_behind(const Evidence& evidence) {
  std::map<std::pair<record::Op, std::uint16_t>, std::vector<PairPoint>> by_work;
  for (PairPoint& pair : time_pairs(evidence, record::Arm::server, record::Arm::control)) {
    if (evidence.record.fixtures[pair.fixtures.front()].size >= file_bytes_min)
      by_work[{pair.op, pair.fixtures.front()}].push_back(std::move(pair));
  }
  std::optional<Behind> worst;
  for (auto& [work, pairs] : by_work) {
    auto effect = effect_of(pairs);
    if (!effect || (worst && effect->log.value <= worst->effect.log.value)) continue;
    worst = Behind{work_name(evidence.record, pairs.front()), evidence.record.fixtures[work.second].name,
                   std::move(pairs), std::move(*effect)};
  }
  return worst;
}

class SpeedCheck final : public Check {
 public:
  std::string_view id() const override { return "uniformity.speed"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "Speed is reasonable"; }
  std::string_view about() const override {
    return "Median speed of a transfer on loopback, for files of 1 MiB and more: what a client sees. A "
           "server that moves plenty in total but has many "
           "clients to share it among is not slow.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"mib_s_min", 1, "MiB/s",
         "loopback carries a thousand times more; a server below this sends byte by byte or sleeps"},
        {"total_mib_s_enough", 8, "MiB/s",
         "all clients together: from here on the server is busy, not slow; at least as much as mib_s_min"},
        {"control_share_warn", 0.05, "ratio",
         "with a control arm: warns if certainly below this share of the reference server's speed, by pairs "
         "of neighbouring blocks"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const double least = limit(*this, limits, "mib_s_min");
    Verdict verdict = begin(*this, evidence);
    // Whoever asks for more of one client does not take less of all together for enough.
    const double enough = std::max(least, limit(*this, limits, "total_mib_s_enough"));
    verdict.limit =
        fmt::format("at least {} MiB/s, or {} of all clients together", number(least), number(enough));
    verdict.expected =
        fmt::format("A file of 1 MiB or more comes over loopback at {} MiB/s or faster.", number(least));
    const auto groups = groups_of(evidence, record::Arm::server);
    const auto speed = slowest(evidence, groups, least, enough);
    if (!speed)
      return skipped(std::move(verdict),
                     "No file of 1 MiB or more was transferred; smaller ones say little of speed.");
    verdict.measured =
        fmt::format("{} MiB/s ({}, slowest file), all clients together {} MiB/s", number(speed->median_mib_s),
                    speed->group->name(), number(speed->total_mib_s));
    verdict.confidence = fmt::format("{}", counted(speed->group->samples.size(), "transfer"));
    verdict.series.push_back(speed_picture(*speed->group));
    if (speed->is_surely_slow(least, enough)) {
      const MachineState machine = machine_state(evidence);
      if (machine.disturbed() && speed->median_mib_s > least / 2)
        return inconclusive(std::move(verdict), "Slow, but " + machine.why() + ".",
                            "Run again on a machine with nothing else to do.");
      return slow(std::move(verdict), evidence, *speed, Status::fail);
    }
    if (speed->is_slow(least, enough))
      return inconclusive(std::move(verdict),
                          fmt::format("{} may run below the limit: among {} the median may as well be {} "
                                      "MiB/s.",
                                      speed->group->name(), counted(speed->group->samples.size(), "transfer"),
                                      number(speed->high_mib_s)),
                          "More transfers of this file: more --iterations.");
    if (const auto behind = furthest_behind(evidence)) {
      const double times_max = 1 / limit(*this, limits, "control_share_warn");
      verdict.limit += fmt::format("; warns beyond {} times the reference server's time", number(times_max));
      verdict.measured += fmt::format("; {} takes {} times the reference server's time", behind->work,
                                      number(behind->effect.ratio()));
      verdict.confidence += "; " + range_in_words(behind->effect);
      verdict.series.push_back(
          pair_picture("Time relative to the reference server, " + behind->work, behind->pairs));
      verdict.p_value = p_beyond(behind->effect, std::log(times_max));
      if (standing(behind->effect, std::log(times_max), time_floor(evidence)) == Standing::beyond)
        return behind_control(std::move(verdict), evidence, *behind);
    }
    verdict.status = Status::pass;
    verdict.summary = fmt::format("The slowest file comes at {} MiB/s.", number(speed->median_mib_s));
    if (speed->median_mib_s < least)
      verdict.summary = fmt::format("All clients together get {} MiB/s, each of them {} of the slowest file.",
                                    number(speed->total_mib_s), number(speed->median_mib_s));
    return verdict;
  }

 private:
  static Verdict behind_control(Verdict verdict, const Evidence& evidence, const Behind& behind) {
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary = fmt::format("{} takes {} times as long as from the reference server.", behind.work,
                                  number(behind.effect.ratio()));
    verdict.happened = fmt::format(
        "In {} of neighbouring blocks the same work took {} to {} times the reference server's time.",
        counted(behind.effect.pairs, "pair"), number(behind.effect.ratio_low()),
        number(behind.effect.ratio_high()));
    verdict.cause =
        "A slower language alone makes a factor of 2 to 5 for large files. Beyond that: small buffers, a "
        "system call or an acknowledgement for each piece, or a sleep.";
    verdict.reproduce = reproduce(evidence.record, behind.fixture);
    return verdict;
  }

  static Series speed_picture(const Group& group) {
    std::vector<double> x;
    std::vector<double> y;
    for (const Sample& sample : group.samples) {
      x.push_back(sample.start_s);
      y.push_back(mib_per_s(group.size, sample.transfer_ms));
    }
    return picture("Speed, " + group.name(), "s since the run's start", "MiB/s", x, y);
  }

  static Verdict slow(Verdict verdict, const Evidence& evidence, const Speed& speed, Status status) {
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.summary =
        fmt::format("{} runs at {} MiB/s only.", speed.group->name(), number(speed.median_mib_s));
    verdict.happened =
        fmt::format("Half of the {} were slower than {} MiB/s; all clients together moved {} MiB/s.",
                    counted(speed.group->samples.size(), "transfer"), number(speed.median_mib_s),
                    number(speed.total_mib_s));
    verdict.cause =
        "Usual causes: one system call for each byte or line, a small buffer with a sleep or a flush after "
        "each, text that is built up by repeated "
        "appending, or a wait for the client's acknowledgement after each block (about 40 ms each).";
    verdict.reproduce = reproduce(evidence.record, speed.group->fixture);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(SpeedCheck)

}  // namespace
}  // namespace bftp::judge
