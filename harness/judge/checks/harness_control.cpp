#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/judge/limits.hpp"
#include "harness/judge/pairs.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::Arm;

bool of_control(Arm arm) {
  return arm == Arm::control || arm == Arm::control_b;
}

/// "time 1.8 %, CPU 2.3 %"; empty without pairs of the two controls.
std::string floor_in_words(const Evidence& evidence) {
  std::vector<std::string> parts;
  if (const auto time = time_floor(evidence); time.pairs > 0)
    parts.push_back("time " + percent(time.share()));
  if (const auto cpu = cpu_floor(evidence); cpu.pairs > 0) parts.push_back("CPU " + percent(cpu.share()));
  return parts.empty() ? "" : parts.size() == 1 ? parts[0] : parts[0] + ", " + parts[1];
}

/// Who is missing, and why.
std::string remarks(const record::RunRecord& record) {
  std::string text;
  for (const auto& arm : record.arms) {
    if (of_control(arm.arm) && !arm.remark.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", arm.name, quoted(arm.remark, 300));
  }
  return text;
}

class Control final : public Check {
 public:
  std::string_view id() const override { return "harness.control"; }
  Category category() const override { return Category::harness; }
  std::string_view title() const override { return "The reference server beside it did its work well"; }
  std::string_view about() const override {
    return "The reference server runs beside the server under test, twice, in neighbouring blocks. Its "
           "copies must be identical, or the harness itself is to be suspected. The ratio between its two "
           "instances (A/A) is the run's noise floor: the end of the 95 % interval that lies further from 1. "
           "No comparison claims less. A wide interval makes comparisons blunt and warns of nothing; one "
           "that lies beyond the limit as a whole does.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"floor_warn", 0.2, "share",
             "two equal servers that certainly differ by more than this say that the machine, not the "
             "server, was measured"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    const double floor_warn = limit(*this, limits, "floor_warn");
    verdict.limit = fmt::format("every copy identical, two equal servers within {}", percent(floor_warn));
    verdict.expected = "Two instances of the same server take the same time and CPU for the same work.";
    if (!has_arm(record, Arm::control)) {
      const std::string why = remarks(record);
      return skipped(std::move(verdict),
                     why.empty() ? "No reference server ran beside it: times and CPU are judged by absolute "
                                   "limits alone."
                                 : "The reference server is missing: " + why + ".");
    }
    const auto a = record.transfers.total(Arm::control), b = record.transfers.total(Arm::control_b);
    const auto bad = a.different + a.errors + b.different + b.errors;
    const std::string floor = floor_in_words(evidence);
    verdict.measured = fmt::format("A/A: {}; {} of {} of its transfers failed",
                                   floor.empty() ? "not measured" : floor, bad, a.transfers + b.transfers);
    const auto pairs = time_pairs(evidence, Arm::control_b, Arm::control);
    verdict.confidence = counted(pairs.size(), "A/A pair");
    verdict.series.push_back(pair_picture("Two equal servers: time of one relative to the other", pairs));
    if (bad > 0) return suspect(std::move(verdict), bad);
    return by_floor(std::move(verdict), evidence, floor, floor_warn);
  }

 private:
  static Verdict suspect(Verdict verdict, std::uint64_t bad) {
    verdict.status = Status::warn;
    verdict.severity = Severity::major;
    verdict.summary = fmt::format(
        "{} of the reference server went wrong: suspect the harness or the machine "
        "first.",
        counted(bad, "transfer"));
    verdict.happened = "See transfers.csv, rows of the arms control and control_b, and control.err.";
    verdict.cause = "A full disk, too little memory, a worker that was disturbed, or a bug of this tool.";
    return verdict;
  }

  static Verdict by_floor(Verdict verdict, const Evidence& evidence, const std::string& floor,
                          double floor_warn) {
    const std::string lost = remarks(evidence.record);
    const NoiseFloor time = time_floor(evidence), cpu = cpu_floor(evidence);
    const double certain = std::max(time.certain_share(), cpu.certain_share());
    const bool blunt = !floor.empty() && std::max(time.share(), cpu.share()) > floor_warn;
    verdict.status = certain > floor_warn || !lost.empty() ? Status::warn : Status::pass;
    verdict.summary = floor.empty() ? "The reference server's copies are all identical."
                                    : "Two equal servers may differ in this run by: " + floor + ".";
    if (verdict.status == Status::pass) {
      if (blunt)
        verdict.summary +=
            " Comparisons with it claim no less; more --iterations or a calmer machine make them sharper.";
      return verdict;
    }
    verdict.severity = Severity::minor;
    verdict.happened = lost.empty()
                           ? fmt::format("Equal servers certainly differed by {} and more, perhaps by: {}.",
                                         percent(certain), floor)
                           : lost;
    verdict.cause = lost.empty() ? "Other programs or a hypervisor that favour one processor or moment."
                                 : "The reference server ended or stopped answering; see control.err.";
    if (!lost.empty()) verdict.summary = "The reference server went missing on the way: " + lost + ".";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Control)

}  // namespace
}  // namespace bftp::judge
