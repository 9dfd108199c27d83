#include "harness/drive/paired_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "harness/drive/mix.hpp"
#include "harness/drive/schedule.hpp"

namespace bftp::drive {
namespace {

constexpr double block_wanted_s = 0.03;
/// What verifying may weigh at most: a kind of work that hardly transfers would eat up the round.
constexpr double busy_share_least = 0.2;
constexpr std::uint32_t pairs_least = 2, pairs_most = 16;
constexpr double round_wanted_s = 1.0;
/// A round's work takes several times what its start does, or the time would go into starting.
constexpr double work_over_start = 4;
constexpr double rounds_wanted = 20;
constexpr std::uint32_t first_look = 12;

/// A pass at least, and no more than fits the memory.
double block_of(const PairedCost& cost) {
  return std::max(cost.iteration_s, std::min(block_wanted_s, cost.iteration_s * cost.iterations_max));
}

double weight_of(const PairedCost& cost) {
  return 1 / std::clamp(cost.busy_share, busy_share_least, 1.0);
}

/// An even number: each couple is AB and BA, four blocks.
std::uint32_t pairs_for(double block_s, double share_s) {
  const double couples = block_s > 0 ? share_s / (4 * block_s) : pairs_most;
  return 2 * static_cast<std::uint32_t>(std::clamp(std::round(couples), pairs_least / 2.0, pairs_most / 2.0));
}

std::uint32_t iterations_for(const PairedCost& cost) {
  const double wanted = cost.iteration_s > 0 ? block_wanted_s / cost.iteration_s : cost.iterations_max;
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
  double weights = 0;
  for (const PairedCost& cost : costs) weights += weight_of(cost);
  PairedRounds rounds;
  rounds.round_s = start_s;
  for (const PairedCost& cost : costs) {
    rounds.iterations.push_back(iterations_for(cost));
    rounds.pairs.push_back(pairs_for(block_of(cost), target_s * weight_of(cost) / weights));
    rounds.round_s += 2 * rounds.pairs.back() * block_of(cost);
  }
  return rounds;
}

bool base_goes_first(std::uint64_t seed, std::uint32_t round, std::uint32_t pair) {
  std::uint64_t state = seed ^ (std::uint64_t{round} << 32);
  return ((next_random(state) & 1) != 0) == (pair % 2 == 0);
}

std::vector<PairedTurn> round_order(std::uint64_t seed, std::uint32_t round,
                                    const std::vector<std::uint32_t>& pairs) {
  std::uint64_t state = ~seed ^ (std::uint64_t{round} << 32);
  struct Couple {
    double place;
    std::size_t work;
    std::uint32_t number;
  };
  std::vector<Couple> couples;
  for (std::size_t work = 0; work < pairs.size(); ++work) {
    const std::uint32_t half = pairs[work] / 2;
    for (std::uint32_t k = 0; k < half; ++k) {
      const double drawn = static_cast<double>(next_random(state) >> 11) * 0x1p-53;
      couples.push_back({(k + drawn) / static_cast<double>(half), work, k});
    }
  }
  std::stable_sort(couples.begin(), couples.end(),
                   [](const Couple& a, const Couple& b) { return a.place < b.place; });
  std::vector<PairedTurn> turns;
  for (const Couple& couple : couples)
    for (const std::uint32_t pair : {0u, 1u})
      turns.push_back({couple.work, base_goes_first(seed, round, couple.number + pair)});
  return turns;
}

bool look_after(std::uint32_t rounds) {
  std::uint32_t look = first_look;
  while (look < rounds) look *= 2;
  return look == rounds;
}

}  // namespace bftp::drive
