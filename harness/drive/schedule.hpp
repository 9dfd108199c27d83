#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/fixture.hpp"
#include "harness/plan/plan.hpp"

namespace bftp::drive {

/// Fixtures that are transferred together in a block: each large one alone, so that its figures are its own;
/// all small ones in one group, since a single one is over before anything could be measured.
struct FixtureGroup {
  std::vector<std::uint32_t> fixtures;  ///< indices into the run's fixtures, in the plan's order
  std::uint64_t bytes = 0;              ///< of one pass over the group
  std::uint32_t iterations = 0;         ///< over the whole run, of each client
};

/// From this size on a fixture has blocks of its own.
inline constexpr std::uint64_t own_group_bytes = 256u << 10;

std::vector<FixtureGroup> group_fixtures(const plan::Plan& plan,
                                         const std::vector<fixtures::Fixture>& fixtures);

/// What every worker does at a stretch, with nothing in between; verification follows. Its received copies
/// fit a worker's arena unless a single pass does not.
struct Batch {
  protocol::Op op = protocol::Op::get;
  std::vector<std::uint32_t> fixtures;
  std::uint32_t first_iteration = 0;
  std::uint32_t iterations = 1;
};

/// One (op, fixtures) of one round: its batches follow each other.
struct BlockPlan {
  std::uint32_t round = 0;
  std::vector<Batch> batches;
};

/// Cuts a run into rounds, rounds into blocks, blocks into batches. A pure function of plan and fixtures: the
/// order of the blocks of a round is shuffled from the plan's seed, so that no fixture always follows the
/// same other.
class Schedule {
 public:
  static constexpr std::uint32_t batch_transfers_max = 1000;  ///< of one worker, and less with many
  static constexpr std::uint32_t rounds_max =
      200;  ///< keeps the record bounded over any number of iterations

  Schedule(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures);

  std::uint32_t rounds() const { return rounds_; }
  /// Blocks of a round, from 0. `offset` is added to every iteration number: fresh repeats count on. Of a
  /// `share` below 1 the numbers of the iterations left out are left out too; every group has one iteration
  /// in each of its rounds, but for large files, which skip rounds.
  std::vector<BlockPlan> blocks(std::uint32_t round, std::uint32_t offset = 0, double share = 1) const;
  /// Transfers of all clients that a round has less at that share.
  std::uint64_t transfers_left_out(std::uint32_t round, double share) const;
  /// Transfers of all clients over all rounds.
  std::uint64_t transfers_total() const;

 private:
  std::uint32_t first_iteration(const FixtureGroup& group, std::uint32_t round) const;
  std::uint32_t iterations_of(const FixtureGroup& group, std::uint32_t round, double share) const;
  std::uint32_t iterations_at_once(const FixtureGroup& group) const;

  std::uint64_t seed_;
  std::uint32_t rounds_;
  std::uint32_t clients_;
  std::uint64_t arena_bytes_;
  std::vector<protocol::Op> ops_;
  std::vector<FixtureGroup> groups_;
};

}  // namespace bftp::drive
