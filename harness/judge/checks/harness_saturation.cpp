#include <fmt/format.h>

#include "harness/judge/limits.hpp"
#include "harness/judge/machine.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

class Saturation final : public Check {
 public:
  std::string_view id() const override { return "harness.saturation"; }
  Category category() const override { return Category::harness; }
  std::string_view title() const override { return "The machine had time for the server"; }
  std::string_view about() const override {
    return "Shares of the machine that server, workers, other programs and the hypervisor used while "
           "transfers ran. On a disturbed machine a timing check that would fail is "
           "inconclusive instead. When hardly a core was idle it says who was the bottleneck.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"workers_share_max", 0.85, "share of all cores", "the clients were the limit, not the server"},
        {"strangers_share_max", 0.9, "share of all cores",
         "inconclusive above; from 25 % on it warns, and what passes all the same has passed a harder test"},
        {"steal_share_max", 0.5, "share of all cores", "inconclusive above; from 5 % on it warns"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const MachineState machine = machine_state(evidence);
    Verdict verdict = begin(*this, evidence);
    verdict.limit =
        fmt::format("workers at most {} of the machine, other programs at most {}, hypervisor at most {}",
                    percent(limit(*this, limits, "workers_share_max")),
                    percent(limit(*this, limits, "strangers_share_max")),
                    percent(limit(*this, limits, "steal_share_max")));
    verdict.expected =
        "The harness and the rest of the machine leave the server what it needs, so that times are the "
        "server's own.";
    if (!machine.busy_share && !machine.workers_share)
      return skipped(std::move(verdict),
                     "How the machine was used is unknown, or the blocks were too short to tell.");
    verdict.measured = in_words(machine);
    const auto above = [&](const std::optional<double>& share, std::string_view name) {
      return share.value_or(0) > limit(*this, limits, name);
    };
    const std::string settle = "Run again on a machine with nothing else to do, or with fewer clients.";
    verdict.series.push_back(busy_picture(evidence));
    if (above(machine.strangers_share, "strangers_share_max") ||
        above(machine.steal_share, "steal_share_max")) {
      verdict.happened = in_words(machine);
      return inconclusive(std::move(verdict), "The machine was hardly the server's: " + machine.why() + ".",
                          settle);
    }
    verdict.status = Status::pass;
    verdict.summary = "Server and clients had the machine to themselves.";
    if (const std::string most = machine.bottleneck(); !most.empty())
      verdict.summary += " It was fully used, and the bottleneck: most of it by " + most + ".";
    const bool workers = above(machine.workers_share, "workers_share_max");
    if (!workers && !machine.disturbed()) return verdict;
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary =
        machine.disturbed()
            ? "The machine was disturbed: " + machine.why() + "."
            : std::string("The clients used nearly the whole machine: speeds are theirs, not the server's.");
    verdict.happened = in_words(machine);
    verdict.cause = "Other programs run on this machine, or there are more clients than it has cores for.";
    verdict.settle = settle;
    return verdict;
  }

 private:
  static std::string in_words(const MachineState& machine) {
    std::vector<std::string> parts;
    const auto add = [&](const char* who, const std::optional<double>& share) {
      if (share) parts.push_back(fmt::format("{} {}", who, percent(*share)));
    };
    add("server", machine.server_share);
    add("workers", machine.workers_share);
    add("others", machine.strangers_share);
    add("hypervisor", machine.steal_share);
    return joined(parts) + " of the machine";
  }

  static Series busy_picture(const Evidence& evidence) {
    std::vector<double> x;
    std::vector<double> y;
    for (const std::uint32_t index : blocks_of(evidence, record::Arm::server)) {
      const auto& block = evidence.record.blocks[index];
      if (!block.machine_busy_share) continue;
      x.push_back(block.start_s);
      y.push_back(*block.machine_busy_share * 100);
    }
    return picture("Use of all cores while transfers ran", "s since the run's start", "%", x, y);
  }
};

BFTP_REGISTER_CHECK(Saturation)

}  // namespace
}  // namespace bftp::judge
