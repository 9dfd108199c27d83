#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/drive/arms.hpp"
#include "harness/drive/schedule.hpp"

namespace bftp::drive {

/// A part of a block, done by one arm at a stretch.
struct Turn {
  record::Arm arm = record::Arm::server;
  std::uint32_t pair = 0;  ///< turns with the same number do the same work next to each other
  BlockPlan work;
};

/// Cuts one block into turns and deals them out to the arms. The arms stand in a chain, each beside those
/// that it is compared with; a pair of turns runs the chain forwards or backwards, and the direction changes
/// from turn to turn and from round to round (ABBA), starting by chance from the seed. So what changes on the
/// machine over time, evenly or in steps, meets all arms alike.
///
/// A pure function of its arguments. `large` blocks (fixtures of plan::large_fixture_bytes and more) have one
/// turn, others up to turns_max; with a single share the block stays whole. Pairs are numbered from
/// `next_pair`, which is moved on.
class Interleaver {
 public:
  static constexpr std::uint32_t turns_max = 2;
  /// Over more rounds than these a block has one turn: there are pairs enough, and the record stays bounded.
  static constexpr std::uint32_t rounds_of_turns_max = 50;

  Interleaver(std::vector<ArmShare> chain, std::uint64_t seed, std::uint32_t rounds);

  std::vector<Turn> turns(const BlockPlan& block, bool large);
  /// The arm takes no further part.
  void drop(record::Arm arm);
  const std::vector<ArmShare>& chain() const { return chain_; }

 private:
  std::uint32_t turn_count(const BlockPlan& block, bool large) const;
  bool forwards(const BlockPlan& block, std::uint32_t turn) const;
  bool takes_part(const ArmShare& share, std::uint32_t round, std::uint32_t turn, bool large) const;

  std::vector<ArmShare> chain_;
  record::Arm first_;
  std::uint64_t seed_;
  std::uint32_t rounds_;
  std::uint32_t next_pair_ = 0;
};

/// Iterations `from` to `to` of a block, counted from its first, in batches no longer than they were.
std::vector<Batch> slice(const std::vector<Batch>& batches, std::uint32_t from, std::uint32_t to);
std::uint32_t iterations_of(const BlockPlan& block);

}  // namespace bftp::drive
