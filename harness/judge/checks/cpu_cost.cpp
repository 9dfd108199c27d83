#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/judge/cost.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/process_per_client.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// A block whose transfers are larger on average tells the cost of bytes; a smaller one that of requests.
constexpr double bulk_bytes = 1024.0 * 1024.0;
constexpr double bulk_bytes_small = 256.0 * 1024.0;

struct Cost {
  std::optional<double> s_per_gib;
  std::optional<double> s_per_transfer;
  double gib_moved = 0;
  std::uint64_t transfers = 0;
  std::vector<double> rounds, s_per_transfer_by_block;
};

/// Medians over blocks. Bytes are judged where transfers are large; without any such block by Oliver Twist's
/// size.
Cost cost_of(const Evidence& evidence, record::Arm arm) {
  Cost cost;
  std::vector<double> bulk, medium, small;
  for (const std::uint32_t index : blocks_of(evidence, arm)) {
    const auto& block = evidence.record.blocks[index];
    if (!block.server_cpu_s || block.transfers == 0) continue;
    const double mean_bytes = static_cast<double>(block.bytes) / static_cast<double>(block.transfers);
    const double per_transfer = *block.server_cpu_s / static_cast<double>(block.transfers);
    if (mean_bytes >= bulk_bytes)
      bulk.push_back(*block.server_cpu_s / static_cast<double>(block.bytes) * gib);
    else if (mean_bytes >= bulk_bytes_small)
      medium.push_back(*block.server_cpu_s / static_cast<double>(block.bytes) * gib);
    if (mean_bytes < bulk_bytes) {
      small.push_back(per_transfer);
      cost.rounds.push_back(static_cast<double>(block.start_s));
      cost.s_per_transfer_by_block.push_back(per_transfer * 1000);
    }
    cost.gib_moved += static_cast<double>(block.bytes) / gib;
    cost.transfers += block.transfers;
  }
  cost.s_per_gib = statistics::median(bulk.empty() ? medium : bulk);
  cost.s_per_transfer = statistics::median(small);
  return cost;
}

/// Comparison with the reference server at one kind of work.
struct WorkCost {
  std::vector<PairPoint> pairs;
  Effect effect;
  double s_per_gib = 0;  ///< of the server's CPU, median over blocks
  /// Likewise, of what bytes cost: without what starting a process for each transfer does, which is a known
  /// design and no waste of CPU on bytes. Nothing where that cannot be told apart.
  std::optional<double> s_per_gib_of_bytes;
};

double s_per_gib_of(const Evidence& evidence, const PairPoint& work, double start_s) {
  std::vector<double> costs;
  for (const std::uint32_t index : blocks_of(evidence, record::Arm::server)) {
    const auto& block = evidence.record.blocks[index];
    if (block.op == work.op && block.fixtures == work.fixtures && block.server_cpu_s && block.bytes > 0)
      costs.push_back((*block.server_cpu_s - start_s * static_cast<double>(block.transfers)) /
                      static_cast<double>(block.bytes) * gib);
  }
  return statistics::median(costs).value_or(0);
}

/// CPU of a transfer of files too small to tell the cost of bytes, s.
std::optional<double> s_per_small_transfer(const Evidence& evidence, record::Op op) {
  std::vector<double> costs;
  for (const std::uint32_t index : blocks_of(evidence, record::Arm::server)) {
    const auto& block = evidence.record.blocks[index];
    const bool known = block.op == op && block.server_cpu_s && block.transfers > 0;
    if (known && static_cast<double>(block.bytes) < bulk_bytes_small * static_cast<double>(block.transfers))
      costs.push_back(*block.server_cpu_s / static_cast<double>(block.transfers));
  }
  return statistics::median(costs);
}

/// Every kind of work whose files tell the cost of bytes, by itself: together, a GET that costs a hundred
/// times too much would hide behind a PUT that does not. The dearest first.
std::vector<WorkCost> work_costs(const Evidence& evidence) {
  std::map<std::pair<record::Op, std::vector<std::uint16_t>>, std::vector<PairPoint>> by_work;
  for (const PairPoint& pair : cpu_pairs(evidence, record::Arm::server, record::Arm::control)) {
    double sum = 0;
    for (const std::uint16_t fixture : pair.fixtures)
      sum += static_cast<double>(evidence.record.fixtures[fixture].size);
    if (sum / static_cast<double>(pair.fixtures.size()) >= bulk_bytes_small)
      by_work[{pair.op, pair.fixtures}].push_back(pair);
  }
  const bool starts = starts_processes(evidence);
  std::vector<WorkCost> costs;
  for (auto& [work, pairs] : by_work)
    if (const auto effect = effect_of(pairs)) {
      const auto start_s = starts ? s_per_small_transfer(evidence, work.first) : std::optional(0.0);
      WorkCost cost{{}, *effect, s_per_gib_of(evidence, pairs.front(), 0), {}};
      if (start_s) cost.s_per_gib_of_bytes = s_per_gib_of(evidence, pairs.front(), *start_s);
      cost.pairs = std::move(pairs);
      costs.push_back(std::move(cost));
    }
  std::stable_sort(costs.begin(), costs.end(), [](const WorkCost& one, const WorkCost& other) {
    return one.effect.log.value > other.effect.log.value;
  });
  return costs;
}

/// Chance of the pairs of both passes at this work, for a verdict on the repeats.
std::optional<double> p_of_both_passes(const Evidence& evidence, const WorkCost& work, double limit_log) {
  if (!evidence.confirmation) return std::nullopt;
  std::vector<PairPoint> pairs = work.pairs;
  for (const WorkCost& before : work_costs({evidence.record, false}))
    if (before.pairs.front().op == work.pairs.front().op &&
        before.pairs.front().fixtures == work.pairs.front().fixtures)
      pairs.insert(pairs.end(), before.pairs.begin(), before.pairs.end());
  const auto effect = effect_of(pairs);
  return effect ? std::optional(p_beyond(*effect, limit_log)) : std::nullopt;
}

bool above(const std::optional<double>& value, double limit) {
  return value && *value > limit;
}

class CostCheck final : public Check {
 public:
  std::string_view id() const override { return "cpu.cost"; }
  Category category() const override { return Category::cpu; }
  std::string_view title() const override { return "A transfer costs a reasonable amount of CPU"; }
  std::string_view about() const override {
    return "CPU time of the server's whole process tree while transfers ran: per GiB where files are large, "
           "per transfer where they are small. Medians over blocks. With a control arm the limits for bytes "
           "are multiples of the reference server's cost for each operation and file of 256 KiB and more by "
           "itself, judged by the ratios of neighbouring blocks (of instructions, where the processor counts "
           "them, else of CPU time): it fails if their whole interval lies beyond the limit and the run's "
           "own noise. What starting a process for each client costs, as small files tell it, is warned of "
           "at most.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"s_per_gib_max", 100, "s",
         "without a control arm: about 10 MiB for a second of CPU; byte by byte even in a slow language "
         "is faster"},
        {"s_per_gib_warn", 20, "s", "warns above"},
        {"s_per_transfer_max", 1, "s",
         "small files: starting a new interpreter for each costs a tenth of it"},
        {"s_per_transfer_warn", 0.2, "s", "warns above"},
        {"control_times_max", 50, "ratio",
         "with a control arm: fails above this multiple of its cost per GiB"},
        {"control_times_warn", 10, "ratio", "likewise for the warning"},
        {"control_s_per_gib_min", 20, "s",
         "with a control arm: below so much CPU for a GiB no multiple of its cost fails; below a tenth of it "
         "none warns"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const Cost cost = cost_of(evidence, record::Arm::server);
    Verdict verdict = begin(*this, evidence);
    const double gib_max = limit(*this, limits, "s_per_gib_max");
    const double gib_warn = limit(*this, limits, "s_per_gib_warn");
    const double transfer_max = limit(*this, limits, "s_per_transfer_max");
    verdict.limit = fmt::format("at most {} of CPU for a GiB and {} for a small transfer",
                                milliseconds(gib_max * 1000), milliseconds(transfer_max * 1000));
    verdict.expected = "Sending a file costs little more than copying it.";
    if (!cost.s_per_gib && !cost.s_per_transfer)
      return skipped(std::move(verdict), "The server's CPU time is unknown: with --attach give its --pid.");
    verdict.measured = in_words(cost);
    verdict.confidence =
        fmt::format("{}, {}", counted(cost.transfers, "transfer"), bytes(cost.gib_moved * gib));
    verdict.series.push_back(picture("CPU time of a small transfer", "s since the run's start", "ms",
                                     cost.rounds, cost.s_per_transfer_by_block));
    if (const auto works = work_costs(evidence); !works.empty()) {
      const Relative relative{works, limit(*this, limits, "control_times_max"),
                              limit(*this, limits, "control_times_warn"),
                              limit(*this, limits, "control_s_per_gib_min")};
      return beside_control(std::move(verdict), evidence, relative, cost,
                            {transfer_max, limit(*this, limits, "s_per_transfer_warn")});
    }
    if (above(cost.s_per_gib, gib_max) || above(cost.s_per_transfer, transfer_max))
      return costly(std::move(verdict), cost, Status::fail, "");
    if (above(cost.s_per_gib, gib_warn) ||
        above(cost.s_per_transfer, limit(*this, limits, "s_per_transfer_warn")))
      return costly(std::move(verdict), cost, Status::warn, "");
    verdict.status = Status::pass;
    verdict.summary = "The server's CPU time is within reason: " + in_words(cost) + ".";
    return verdict;
  }

 private:
  struct Relative {
    const std::vector<WorkCost>& works;  ///< at least one
    double times_max, times_warn;
    double s_per_gib_min;  ///< below it no multiple fails
  };
  struct SmallLimits {
    double fail_s, warn_s;
  };

  /// The first of the works that stands so; null if none does.
  template <class Figure>
  static const WorkCost* standing_so(const std::vector<WorkCost>& works, Standing wanted, double limit_log,
                                     const NoiseFloor& floor, Figure WorkCost::*s_per_gib,
                                     double s_per_gib_min) {
    const auto found = std::find_if(works.begin(), works.end(), [&](const WorkCost& work) {
      return work.*s_per_gib >= s_per_gib_min && standing(work.effect, limit_log, floor) == wanted;
    });
    return found == works.end() ? nullptr : &*found;
  }

  static Verdict beside_control(Verdict verdict, const Evidence& evidence, const Relative& relative,
                                const Cost& cost, const SmallLimits& small) {
    const NoiseFloor floor = cpu_floor(evidence);
    const double fails = std::log(relative.times_max), warns = std::log(relative.times_warn);
    const CostUnit unit = cost_unit(evidence.record);
    const WorkCost* beyond = standing_so(relative.works, Standing::beyond, fails, floor,
                                         &WorkCost::s_per_gib_of_bytes, relative.s_per_gib_min);
    const WorkCost* unsettled = standing_so(relative.works, Standing::unsettled, fails, floor,
                                            &WorkCost::s_per_gib_of_bytes, relative.s_per_gib_min);
    const WorkCost* dear = standing_so(relative.works, Standing::beyond, warns, floor, &WorkCost::s_per_gib,
                                       relative.s_per_gib_min / 10);
    const WorkCost& told = beyond != nullptr      ? *beyond
                           : unsettled != nullptr ? *unsettled
                           : dear != nullptr      ? *dear
                                                  : relative.works.front();
    const std::string times =
        fmt::format("{} times the reference server's {} in {}, {} for a GiB", number(told.effect.ratio()),
                    judge::in_words(unit), work_name(evidence.record, told.pairs.front()),
                    milliseconds(told.s_per_gib * 1000));
    verdict.limit = fmt::format(
        "at most {} times the reference server's CPU where it is {} for a GiB and more, and {} for a small "
        "transfer",
        number(relative.times_max), milliseconds(relative.s_per_gib_min * 1000),
        milliseconds(small.fail_s * 1000));
    verdict.measured += "; " + times;
    verdict.confidence += "; " + range_in_words(told.effect);
    // As many chances to be wrong as there are works (Bonferroni).
    const auto chances = static_cast<double>(relative.works.size());
    verdict.p_value = std::min(1.0, p_beyond(told.effect, fails) * chances);
    if (const auto both = p_of_both_passes(evidence, told, fails))
      verdict.p_value_of_both = std::min(1.0, *both * chances);
    verdict.series.push_back(pair_picture(unit == CostUnit::instructions
                                              ? "Instructions relative to the reference server"
                                              : "CPU time relative to the reference server",
                                          told.pairs));
    if (beyond != nullptr || above(cost.s_per_transfer, small.fail_s)) {
      // The absolute line is judged by itself; the family's correction is for the comparison.
      if (beyond == nullptr) verdict.p_value.reset();
      return costly(std::move(verdict), cost, Status::fail, beyond != nullptr ? times : "");
    }
    if (unsettled != nullptr) {
      const auto more = pairs_wanted(unsettled->effect, fails, floor);
      return wanting_rounds(std::move(verdict),
                            "It may cost too much CPU, but the pairs differ too much to be sure.",
                            more ? std::optional(rounds_for(*more, unsettled->pairs)) : std::nullopt);
    }
    if (dear != nullptr || above(cost.s_per_transfer, small.warn_s))
      return costly(std::move(verdict), cost, Status::warn, dear != nullptr ? times : "");
    verdict.status = Status::pass;
    verdict.summary =
        fmt::format("The server's CPU time is within reason: {}, at most {}.", in_words(cost), times);
    return verdict;
  }

  static std::string in_words(const Cost& cost) {
    std::vector<std::string> parts;
    if (cost.s_per_gib) parts.push_back(milliseconds(*cost.s_per_gib * 1000) + " for a GiB");
    if (cost.s_per_transfer)
      parts.push_back(milliseconds(*cost.s_per_transfer * 1000) + " for a small transfer");
    return joined(parts);
  }

  /// `times`: how much dearer than the reference server, in words; empty where that is not what was found.
  static Verdict costly(Verdict verdict, const Cost& cost, Status status, const std::string& times) {
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.summary =
        fmt::format("Transfers cost much CPU: {}{}{}.", in_words(cost), times.empty() ? "" : "; ", times);
    verdict.happened = verdict.summary;
    verdict.cause =
        "The server computes while it should hand over bytes: a system call for each byte, a buffer that is "
        "copied or converted again and again, a loop that "
        "asks instead of waiting (poll with a timeout of 0), or a new process for each request.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(CostCheck)

}  // namespace
}  // namespace bftp::judge
