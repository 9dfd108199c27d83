#include "harness/drive/paired_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/drive/mix.hpp"
#include "harness/drive/schedule.hpp"

namespace bftp::drive {
namespace {

constexpr double block_wanted_s = 0.12, block_least_s = 0.03;
constexpr std::uint32_t pairs_wanted = 4, pairs_least = 2, pairs_most = 16;
constexpr double round_wanted_s = 1.0;
/// A round's work takes several times what its start does, or the time would go into starting.
constexpr double work_over_start = 4;
constexpr double rounds_wanted = 20;
constexpr std::uint32_t first_look = 12;

double work_s(const std::vector<PairedCost>& costs, double block_s, std::uint32_t pairs) {
  double total = 0;
  for (const PairedCost& cost : costs) {
    const double longest = cost.iteration_s * cost.iterations_max;
    total += 2 * pairs * std::max(cost.iteration_s, std::min(block_s, longest));
  }
  return total;
}

std::uint32_t iterations_for(const PairedCost& cost, double block_s) {
  const double wanted = cost.iteration_s > 0 ? block_s / cost.iteration_s : cost.iterations_max;
  return static_cast<std::uint32_t>(
      std::clamp(wanted, 1.0, static_cast<double>(std::max(1u, cost.iterations_max))));
}

}  // namespace

std::vector<PairedWork> paired_work(const plan::Plan& plan, const std::vector<std::uint32_t>& client_counts,
                                    std::size_t fixtures) {
  std::vector<PairedWork> works;
  for (std::size_t crew = 0; crew < client_counts.size(); ++crew)
    for (const protocol::Op op : plan.ops)
      for (std::size_t fixture = 0; fixture < fixtures; ++fixture)
        works.push_back({crew, client_counts[crew], op, static_cast<std::uint32_t>(fixture)});
  return works;
}

std::uint32_t paired_iterations_max(const plan::Plan& plan, std::uint32_t clients,
                                    std::uint64_t fixture_bytes) {
  const std::uint64_t by_count = Schedule::batch_transfers_max / std::max(1u, clients / 16);
  const std::uint64_t by_arena = fixture_bytes == 0 ? by_count : plan.clients.arena_bytes / fixture_bytes;
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, std::min(by_arena, by_count)));
}

PairedRounds plan_rounds(const std::vector<PairedCost>& costs, double start_s, double max_time_s) {
  const double target_s =
      std::min(std::max(round_wanted_s, work_over_start * start_s), max_time_s / rounds_wanted - start_s);
  double block_s = block_wanted_s;
  PairedRounds rounds{.pairs = pairs_wanted, .iterations = {}};
  if (work_s(costs, block_s, rounds.pairs) > target_s) {
    rounds.pairs = pairs_least;
    block_s = std::clamp(block_s * target_s / std::max(1e-9, work_s(costs, block_s, rounds.pairs)),
                         block_least_s, block_wanted_s);
  }
  while (rounds.pairs < pairs_most && work_s(costs, block_s, rounds.pairs + 2) <= target_s) rounds.pairs += 2;
  for (const PairedCost& cost : costs) rounds.iterations.push_back(iterations_for(cost, block_s));
  rounds.round_s = start_s + work_s(costs, block_s, rounds.pairs);
  return rounds;
}

bool base_goes_first(std::uint64_t seed, std::uint32_t round, std::uint32_t pair) {
  std::uint64_t state = seed ^ (std::uint64_t{round} << 32);
  return ((next_random(state) & 1) != 0) == (pair % 2 == 0);
}

std::vector<std::size_t> work_order(std::uint64_t seed, std::uint32_t round, std::uint32_t pair,
                                    std::size_t works) {
  std::vector<std::size_t> order(works);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // AB and BA stand beside each other: both pairs of two have one order.
  shuffle(order, seed ^ (std::uint64_t{round} << 32) ^ (std::uint64_t{pair / 2 + 1} << 1));
  return order;
}

bool look_after(std::uint32_t rounds) {
  std::uint32_t look = first_look;
  while (look < rounds) look *= 2;
  return look == rounds;
}

}  // namespace bftp::drive
