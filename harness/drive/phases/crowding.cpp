#include "harness/drive/phases/crowding.hpp"

#include <algorithm>
#include <cmath>

#include "harness/plan/plan.hpp"
#include "harness/record/all_transfers.hpp"

namespace bftp::drive {
namespace {

constexpr std::uint32_t turns = 5;
/// For each server.
constexpr double crowding_s_max = 1.5;
constexpr std::uint32_t iterations_max = 20;
constexpr std::uint32_t first_iteration = record::crowding_iterations_from;
constexpr std::uint32_t first_repeat = first_iteration + (1u << 20);
constexpr std::uint32_t first_afterwards = first_repeat + (1u << 20);
constexpr std::uint32_t turns_afterwards = 4;
constexpr double between_s = 1;

/// One server's part.
struct Side {
  DrivenArm arm;
  record::Crowding crowding;
  std::uint32_t iterations = 1;  ///< of a stretch
  std::size_t place = 0;         ///< in the record, of what goes on
  bool given_up = false;         ///< nothing of a stretch came: it is not asked again
};

class CrowdComparison {
 public:
  explicit CrowdComparison(PhaseTools& tools) : tools_(tools) {
    add(tools.arm);
    if (tools.control) add(*tools.control);
    if (tools.confirmation) next_iteration_ = first_repeat;
  }

  /// With the same servers and their comparisons of before, to which run_afterwards() adds.
  static CrowdComparison go_on(PhaseTools& tools) {
    CrowdComparison comparison(tools);
    comparison.next_iteration_ = first_afterwards;
    std::erase_if(comparison.sides_, [&](Side& side) { return !comparison.take_up(side); });
    return comparison;
  }

  void run_afterwards() {
    if (sides_.empty() || sides_.front().arm.arm != tools_.arm.arm) return;
    const double start_s = tools_.now_s();
    for (const auto times : {&record::Crowding::after_ms, &record::Crowding::later_ms}) {
      if (times == &record::Crowding::later_ms) tools_.wait(between_s);
      for (Side& side : sides_) warm_up(side);
      for (std::uint32_t turn = 0; turn < turns_afterwards && !tools_.over(); ++turn) {
        for (std::size_t i = 0; i < sides_.size(); ++i) {
          Side& side = sides_[turn % 2 == 0 ? i : sides_.size() - 1 - i];
          transfer(side, 1, side.crowding.*times);
        }
        if (is_long_since(start_s)) break;
      }
    }
    for (Side& side : sides_) tools_.record.crowdings[side.place] = std::move(side.crowding);
  }

  void run() {
    const double start_s = tools_.now_s();
    for (Side& side : sides_) warm_up(side);
    if (sides_.front().given_up) return;
    for (std::uint32_t turn = 0; turn < turns && !tools_.over(); ++turn) {
      // AB BA AB …: a steady change of the machine hits both alike.
      const bool alone_first = turn % 2 == 0;
      for (const bool alone : {alone_first, !alone_first})
        for (Side& side : sides_) stretch(side, alone);
      if (is_long_since(start_s)) break;
    }
    for (Side& side : sides_) tools_.record.crowdings.push_back(std::move(side.crowding));
  }

 private:
  void add(const DrivenArm& arm) {
    Side side{arm, {}, 1};
    side.crowding.arm = arm.arm;
    side.crowding.fixture = static_cast<std::uint16_t>(crowding_fixture(tools_.record));
    side.crowding.confirmation = tools_.confirmation;
    sides_.push_back(std::move(side));
  }

  /// What is so slow is not tried as often as meant.
  bool is_long_since(double start_s) const {
    return tools_.now_s() - start_s > 2 * crowding_s_max * static_cast<double>(sides_.size());
  }

  bool take_up(Side& side) {
    const auto& all = tools_.record.crowdings;
    const auto found = std::ranges::find_if(all, [&](const record::Crowding& one) {
      return one.arm == side.arm.arm && !one.confirmation && !one.alone_ms.empty();
    });
    if (found == all.end()) return false;
    side.crowding = *found;
    side.place = static_cast<std::size_t>(found - all.begin());
    return true;
  }

  /// Shows what a transfer costs, and so how many there is time for.
  void warm_up(Side& side) {
    const double start_s = tools_.now_s();
    std::vector<double> unused;
    transfer(side, tools_.record.plan.clients.count, unused);
    const double cost_s = std::max(1e-4, tools_.now_s() - start_s);
    side.iterations = static_cast<std::uint32_t>(
        std::clamp(crowding_s_max / turns / (2 * cost_s), 2.0, double{iterations_max}));
  }

  void stretch(Side& side, bool alone) {
    if (alone)
      transfer(side, 1, side.crowding.alone_ms);
    else
      transfer(side, tools_.record.plan.clients.count, side.crowding.together_ms);
  }

  void transfer(Side& side, std::size_t clients, std::vector<double>& times_ms) {
    if (tools_.over() || side.given_up) return;
    const std::size_t before = times_ms.size();
    const Batch batch{protocol::Op::get, {side.crowding.fixture}, next_iteration_, side.iterations};
    next_iteration_ += side.iterations;
    const std::uint64_t bytes = tools_.record.fixtures.at(side.crowding.fixture).size;
    const BatchResult result = tools_.runner.run(batch, target_of(side.arm), bytes, clients);
    for (const auto& row : result.records) {
      if (row.ok() && row.transfer_ms)
        times_ms.push_back(*row.transfer_ms);
      else
        tools_.note_failure(row);
    }
    tools_.note(result);
    side.given_up = times_ms.size() == before;
  }

  PhaseTools& tools_;
  std::uint32_t next_iteration_ = first_iteration;
  std::vector<Side> sides_;
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

void compare_afterwards(PhaseTools& tools) {
  if (tools.confirmation || tools.record.crowdings.empty()) return;
  if (tools.given_up(protocol::Op::get, crowding_fixture(tools.record))) return;
  tools.progress("one client alone, after clients that behaved badly");
  CrowdComparison::go_on(tools).run_afterwards();
}

void compare_crowds(PhaseTools& tools) {
  const auto& plan = tools.record.plan;
  if (plan.clients.count < 2 || plan.rate_per_s) return;
  if (std::find(plan.ops.begin(), plan.ops.end(), protocol::Op::get) == plan.ops.end()) return;
  if (tools.given_up(protocol::Op::get, crowding_fixture(tools.record))) return;
  tools.progress("one client alone beside all clients");
  CrowdComparison(tools).run();
}

}  // namespace bftp::drive
