#include "harness/drive/phases/crowding.hpp"

#include <algorithm>
#include <cmath>

#include "harness/plan/plan.hpp"

namespace bftp::drive {
namespace {

constexpr std::uint32_t turns = 5;
constexpr double phase_s_max = 1.5;
constexpr std::uint32_t iterations_max = 20;
/// Numbers of iterations that the rounds never reach, so that a failure is told from theirs.
constexpr std::uint32_t first_iteration = 1u << 30;

class CrowdComparison {
 public:
  explicit CrowdComparison(PhaseTools& tools) : tools_(tools) {
    crowding_.arm = tools.target.arm;
    crowding_.fixture = static_cast<std::uint16_t>(crowding_fixture(tools.record));
    crowding_.confirmation = tools.confirmation;
    if (tools.confirmation) next_iteration_ += 1u << 20;
  }

  void run() {
    const double start_s = tools_.now_s();
    std::vector<double> warm_up;
    stretch(tools_.record.plan.clients.count, 1, warm_up);
    const double cost_s = std::max(1e-4, tools_.now_s() - start_s);
    const double affordable = phase_s_max / turns / (2 * cost_s);
    const auto iterations = static_cast<std::uint32_t>(std::clamp(affordable, 2.0, double{iterations_max}));
    for (std::uint32_t turn = 0; turn < turns && !tools_.over(); ++turn) {
      // AB BA AB …: a steady change of the machine hits both alike.
      const bool alone_first = turn % 2 == 0;
      for (const bool alone : {alone_first, !alone_first}) {
        if (tools_.over()) return;
        if (alone)
          stretch(1, iterations, crowding_.alone_ms);
        else
          stretch(tools_.record.plan.clients.count, iterations, crowding_.together_ms);
      }
      if (tools_.now_s() - start_s > 2 * phase_s_max) break;
    }
    tools_.record.crowdings.push_back(std::move(crowding_));
  }

 private:
  void stretch(std::size_t clients, std::uint32_t iterations, std::vector<double>& times_ms) {
    const Batch batch{protocol::Op::get, {crowding_.fixture}, next_iteration_, iterations};
    next_iteration_ += iterations;
    const std::uint64_t bytes = tools_.record.fixtures.at(crowding_.fixture).size;
    const BatchResult result = tools_.runner.run(batch, tools_.target, bytes, clients);
    for (const auto& row : result.records) {
      if (row.ok() && row.transfer_ms)
        times_ms.push_back(*row.transfer_ms);
      else
        tools_.note_failure(row);
    }
    tools_.note(result);
  }

  PhaseTools& tools_;
  std::uint32_t next_iteration_ = first_iteration;
  record::Crowding crowding_;
};

}  // namespace

std::uint32_t crowding_fixture(const record::RunRecord& record) {
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < record.fixtures.size(); ++i) {
    const auto size = record.fixtures[i].size;
    const auto best_size = record.fixtures[best].size;
    const bool fits = size < plan::large_fixture_bytes;
    const bool best_fits = best_size < plan::large_fixture_bytes;
    if (fits != best_fits ? fits : (fits ? size > best_size : size < best_size)) best = i;
  }
  return best;
}

void compare_crowds(PhaseTools& tools) {
  const auto& plan = tools.record.plan;
  if (plan.clients.count < 2 || plan.rate_per_s) return;
  if (std::find(plan.ops.begin(), plan.ops.end(), protocol::Op::get) == plan.ops.end()) return;
  tools.progress("one client alone beside all clients");
  CrowdComparison(tools).run();
}

}  // namespace bftp::drive
