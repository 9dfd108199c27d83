#include "harness/drive/interleave.hpp"

#include <algorithm>

#include "harness/drive/mix.hpp"

namespace bftp::drive {

std::uint32_t iterations_of(const BlockPlan& block) {
  std::uint32_t sum = 0;
  for (const Batch& batch : block.batches) sum += batch.iterations;
  return sum;
}

std::vector<Batch> slice(const std::vector<Batch>& batches, std::uint32_t from, std::uint32_t to) {
  std::vector<Batch> part;
  std::uint32_t at = 0;
  for (const Batch& batch : batches) {
    const std::uint32_t begin = std::max(at, from);
    const std::uint32_t end = std::min(at + batch.iterations, to);
    if (begin < end) {
      part.push_back(batch);
      part.back().first_iteration = batch.first_iteration + (begin - at);
      part.back().iterations = end - begin;
    }
    at += batch.iterations;
  }
  return part;
}

Interleaver::Interleaver(std::vector<ArmShare> chain, std::uint64_t seed, std::uint32_t rounds)
    : chain_(std::move(chain)),
      first_(chain_.empty() ? record::Arm::server : chain_.front().arm),
      seed_(seed),
      rounds_(rounds) {}

void Interleaver::drop(record::Arm arm) {
  std::erase_if(chain_, [arm](const ArmShare& share) { return share.arm == arm; });
}

std::uint32_t Interleaver::turn_count(const BlockPlan& block, bool large) const {
  if (large || chain_.size() < 2 || rounds_ > rounds_of_turns_max) return 1;
  return std::clamp(iterations_of(block), 1u, turns_max);
}

/// Chance decides for two rounds at a time; the second of them runs the other way round.
bool Interleaver::forwards(const BlockPlan& block, std::uint32_t turn) const {
  const Batch& first = block.batches.front();
  const std::uint64_t place = (std::uint64_t{block.round / 2} << 32) |
                              (std::uint64_t{first.fixtures.front()} << 8) |
                              static_cast<std::uint64_t>(first.op);
  return ((mixed(seed_ ^ mixed(place)) ^ block.round ^ turn) & 1) == 0;
}

bool Interleaver::takes_part(const ArmShare& share, std::uint32_t round, std::uint32_t turn,
                             bool large) const {
  if (share.arm == first_) return true;
  if (!share.every_turn && turn != 0) return false;
  return !large || round % std::max(1u, share.large_round_interval) == 0;
}

std::vector<Turn> Interleaver::turns(const BlockPlan& block, bool large) {
  std::vector<Turn> all;
  const std::uint32_t count = turn_count(block, large);
  const std::uint32_t iterations = iterations_of(block);
  for (std::uint32_t turn = 0; turn < count; ++turn) {
    const std::uint32_t from = iterations * turn / count;
    const std::uint32_t to = iterations * (turn + 1) / count;
    std::vector<Turn> dealt;
    for (const ArmShare& share : chain_) {
      if (!takes_part(share, block.round, turn, large)) continue;
      const bool bounded = large && share.arm != first_ && share.large_iterations_max > 0;
      const std::uint32_t end = bounded ? std::min(to, from + share.large_iterations_max) : to;
      dealt.push_back({share.arm, next_pair_, {block.round, slice(block.batches, from, end)}});
    }
    ++next_pair_;
    if (!forwards(block, turn)) std::reverse(dealt.begin(), dealt.end());
    std::move(dealt.begin(), dealt.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace bftp::drive
