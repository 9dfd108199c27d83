#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/machine_excuse.hpp"
#include "harness/judge/queueing.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/modes.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t modes_samples_min = 40;
/// Of the control, to excuse the server: it does less of the large files.
constexpr std::size_t control_samples_min = 20;
constexpr std::size_t cell_values_min = 5;
constexpr double queued_share_max = 0.05;

/// Humps nearer than the scheduler's floor count where nobody queued, neither for a core nor in the server,
/// and next to nothing lies between them: so none is made of one wide hump, and a runtime's pause of 5 ms is
/// no hump.
constexpr double near_gap_ms = 6;
constexpr double near_valley_max = 0.1;

struct TwoModes {
  const Group* group = nullptr;
  statistics::Mode low, high;
  double gap_ms() const { return high.at - low.at; }
};

/// Own times without each client's first transfer of a block, which meets cold caches. Where clients have one
/// transfer in each block (large files), that is all there is.
std::vector<const Sample*> settled_samples(const Group& group) {
  std::vector<const Sample*> all, samples;
  for (const Sample& sample : group.samples) {
    all.push_back(&sample);
    if (!sample.first_of_client) samples.push_back(&sample);
  }
  return samples.empty() ? all : samples;
}

/// True if both modes occur side by side in at least half of the cells that `key` cuts the samples into: then
/// neither the client nor the round explains them.
template <class Key>
bool mixed_within(const std::vector<const Sample*>& samples, double border_ms, Key key) {
  std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> cells;  // slow ones, all
  for (const Sample* sample : samples) {
    auto& [slow, all] = cells[key(*sample)];
    slow += sample->own_ms >= border_ms ? 1 : 0;
    ++all;
  }
  std::size_t mixed = 0;
  std::size_t counted_cells = 0;
  for (const auto& [cell, counts] : cells) {
    if (counts.second < cell_values_min) continue;
    ++counted_cells;
    const double share = static_cast<double>(counts.first) / static_cast<double>(counts.second);
    mixed += share >= 0.03 && share <= 0.97 ? 1 : 0;
  }
  return counted_cells > 0 && 2 * mixed >= counted_cells;
}

/// The two largest modes of a file's times that nothing else explains.
std::optional<TwoModes> two_modes(const record::RunRecord& record, const Group& group,
                                  const statistics::ModeOptions& options, double gap_min_ms,
                                  std::size_t samples_min = modes_samples_min) {
  const auto samples = settled_samples(group);
  if (samples.size() < samples_min) return std::nullopt;
  std::vector<double> times;
  for (const Sample* sample : samples) times.push_back(sample->own_ms);
  auto modes = statistics::find_modes(times, options);
  if (!modes || modes->size() < 2) return std::nullopt;
  std::stable_sort(modes->begin(), modes->end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  TwoModes two{&group, (*modes)[0], (*modes)[1]};
  if (two.low.at > two.high.at) std::swap(two.low, two.high);
  const bool large =
      two.gap_ms() >= gap_min_ms && two.high.share >= options.share_min && two.low.share >= options.share_min;
  const bool unexplained =
      mixed_within(samples, two.high.low, [](const Sample& s) { return std::uint32_t{s.client}; }) &&
      mixed_within(samples, two.high.low, [&](const Sample& s) { return record.blocks[s.block].round; });
  if (!large || !unexplained) return std::nullopt;
  return two;
}

Series histogram(const Group& group) {
  const auto times = statistics::sorted(own_times_ms(group));
  const double low = std::max(times.front(), 1e-6);
  const double high = std::max(times.back(), low * 1.001);
  constexpr int cells = 60;
  std::vector<double> x(cells);
  std::vector<double> y(cells, 0.0);
  for (int i = 0; i < cells; ++i)
    x[static_cast<std::size_t>(i)] = low * std::pow(high / low, (i + 0.5) / cells);
  for (const double time : times) {
    const double at = std::log(std::max(time, low) / low) / std::log(high / low) * cells;
    y[static_cast<std::size_t>(std::clamp(at, 0.0, cells - 1.0))] += 1;
  }
  return picture("How often each transfer time occurs, " + group.name(), "ms", "transfers", x, y);
}

class Modes final : public Check {
 public:
  std::string_view id() const override { return "uniformity.modes"; }
  Category category() const override { return Category::uniformity; }
  std::string_view title() const override { return "There are not two kinds of transfers"; }
  std::string_view about() const override {
    return "Looks for two humps in the distribution of a file's transfer times (density on a logarithmic "
           "scale). They must lie a factor of 2 and more than the scheduler's doing apart (6 ms where nobody "
           "queued and nothing lies between them), hold 10 % of the transfers each, and occur side by side "
           "within clients and within rounds.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"factor_max", 2, "ratio", "two humps further apart are two kinds of service"},
            {"share_min", 0.1, "share of transfers",
             "a smaller hump is a tail: see uniformity.tail and uniformity.stalls"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const statistics::ModeOptions options{limit(*this, limits, "factor_max"),
                                          limit(*this, limits, "share_min"), 0.5};
    const double floor_ms = scheduler_floor_ms(evidence.record);
    const auto groups = groups_of(evidence, record::Arm::server);
    const bool nobody_queued = machine_state(evidence).idle() && queued_share(groups) < queued_share_max;
    const double gap_min_ms = nobody_queued ? near_gap_ms : floor_ms;
    Verdict verdict = begin(*this, evidence);
    verdict.limit =
        fmt::format("no second mode {} times and {} away with {} of the transfers",
                    number(options.factor_min), milliseconds(gap_min_ms), percent(options.share_min));
    verdict.expected = "Transfers of one file that are made in the same way belong to one hump.";
    std::vector<const Group*> judged;
    for (const Group& group : groups) {
      if (settled_samples(group).size() >= modes_samples_min) judged.push_back(&group);
    }
    if (judged.empty())
      return skipped(
          std::move(verdict),
          fmt::format("No file was transferred {} times after the warm-up, too few to see two modes.",
                      modes_samples_min));
    const auto control = groups_of(evidence, record::Arm::control);
    std::vector<TwoModes> found;
    const auto look = [&](const Group& group, const statistics::ModeOptions& how, double gap_ms) {
      const auto two = two_modes(evidence.record, group, how, gap_ms);
      const Group* other = counterpart(control, group);
      const bool shared =
          two && other != nullptr && two_modes(evidence.record, *other, how, gap_ms, control_samples_min);
      if (two && !shared) found.push_back(*two);
    };
    for (const Group* group : judged) {
      look(*group, options, floor_ms);
      if (nobody_queued) look(*group, {options.factor_min, options.share_min, near_valley_max}, near_gap_ms);
    }
    if (found.empty()) return one_mode(std::move(verdict), judged);
    std::ranges::stable_sort(found, std::ranges::greater{}, &TwoModes::gap_ms);
    std::optional<Verdict> worst;
    std::vector<Verdict> failed;
    for (const TwoModes& two : found) {
      Verdict one = in_two_modes(verdict, evidence, two, counterpart(control, *two.group));
      one.part = two.group->name();
      if (one.status == Status::fail) failed.push_back(one);
      if (!worst || badness(one.status) > badness(worst->status)) worst = std::move(one);
    }
    worst->parts_failed = std::move(failed);
    return std::move(*worst);
  }

 private:
  static Verdict one_mode(Verdict verdict, const std::vector<const Group*>& judged) {
    verdict.status = Status::pass;
    verdict.measured = fmt::format("one mode in {}", counted(judged.size(), "series"));
    if (judged.size() > 1) verdict.measured = fmt::format("one mode in each of {} series", judged.size());
    verdict.summary = "Each file's transfer times form one group.";
    verdict.series.push_back(histogram(*judged.front()));
    return verdict;
  }

  /// `beside`: the control's transfers of the same work; null if there are none.
  static Verdict in_two_modes(Verdict verdict, const Evidence& evidence, const TwoModes& two,
                              const Group* beside) {
    verdict.measured =
        fmt::format("{} ({}) and {} ({}), {}", milliseconds(two.low.at), percent(two.low.share),
                    milliseconds(two.high.at), percent(two.high.share), two.group->name());
    verdict.series.push_back(histogram(*two.group));
    const bool no_excuse =
        beside != nullptr &&
        is_no_machines_doing(evidence.record, two.gap_ms(), two.low.at,
                             control_waited_ms(excesses(Pool{beside->name(), {beside}}, 1e300)));
    const MachineState machine = machine_state(evidence);
    if (machine.disturbed() && !no_excuse)
      return inconclusive(std::move(verdict), "There are two kinds of transfers, but " + machine.why() + ".",
                          "Run again on a machine with nothing else to do.");
    verdict.status = Status::fail;
    verdict.severity = Severity::major;
    verdict.confidence = counted(two.group->samples.size(), "transfer");
    verdict.summary = fmt::format("{} is served in two ways: about {} or about {}.", two.group->name(),
                                  milliseconds(two.low.at), milliseconds(two.high.at));
    verdict.happened = fmt::format(
        "{} of the transfers took about {}, {} about {}; both occur within each client and within each "
        "round.",
        percent(two.low.share), milliseconds(two.low.at), percent(two.high.share), milliseconds(two.high.at));
    verdict.cause =
        "The server takes one of two ways for the same request: a sleep, a lock or a timer that hits some "
        "(near 40 ms: delayed ACK with Nagle's algorithm), a cache "
        "that is hit or missed, or two kinds of threads.";
    verdict.reproduce = reproduce(evidence.record, two.group->fixture);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Modes)

}  // namespace
}  // namespace bftp::judge
