#include <fmt/format.h>

#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;
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
           "per transfer where they are small. Medians over blocks. "
           "With a control arm the limits are multiples of the reference server's cost per GiB.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"s_per_gib_max", 100, "s",
             "without a control arm: about 10 MiB for a second of CPU; byte by byte even in a slow language "
             "is faster"},
            {"s_per_gib_warn", 20, "s", "warns above"},
            {"s_per_transfer_max", 1, "s",
             "small files: starting a new interpreter for each costs a tenth of it"},
            {"s_per_transfer_warn", 0.2, "s", "warns above"},
            {"control_times_max", 50, "ratio",
             "with a control arm: fails above this multiple of its cost per GiB"},
            {"control_times_warn", 10, "ratio", "likewise for the warning"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const Cost cost = cost_of(evidence, record::Arm::server);
    const Cost control = cost_of(evidence, record::Arm::control);
    Verdict verdict = begin(*this, evidence);
    double gib_max = limit(*this, limits, "s_per_gib_max");
    double gib_warn = limit(*this, limits, "s_per_gib_warn");
    if (control.s_per_gib) {
      gib_max = limit(*this, limits, "control_times_max") * *control.s_per_gib;
      gib_warn = limit(*this, limits, "control_times_warn") * *control.s_per_gib;
    }
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
    if (above(cost.s_per_gib, gib_max) || above(cost.s_per_transfer, transfer_max))
      return costly(std::move(verdict), cost, Status::fail);
    if (above(cost.s_per_gib, gib_warn) ||
        above(cost.s_per_transfer, limit(*this, limits, "s_per_transfer_warn")))
      return costly(std::move(verdict), cost, Status::warn);
    verdict.status = Status::pass;
    verdict.summary = "The server's CPU time is within reason: " + in_words(cost) + ".";
    return verdict;
  }

 private:
  static std::string in_words(const Cost& cost) {
    std::vector<std::string> parts;
    if (cost.s_per_gib) parts.push_back(milliseconds(*cost.s_per_gib * 1000) + " for a GiB");
    if (cost.s_per_transfer)
      parts.push_back(milliseconds(*cost.s_per_transfer * 1000) + " for a small transfer");
    return joined(parts);
  }

  static Verdict costly(Verdict verdict, const Cost& cost, Status status) {
    verdict.status = status;
    verdict.severity = status == Status::fail ? Severity::major : Severity::minor;
    verdict.summary = "Transfers cost much CPU: " + in_words(cost) + ".";
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
