#include "harness/judge/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "harness/judge/queueing.hpp"

namespace bftp::judge {
namespace {

using record::GroupKey;
using record::TransferPoint;

/// Finds the block that a transfer ran in. Blocks of one arm never overlap in time; a millisecond is allowed
/// for rounding in files.
class BlockFinder {
 public:
  explicit BlockFinder(const record::RunRecord& record) : record_(record) {
    for (std::uint32_t i = 0; i < record.blocks.size(); ++i) {
      const auto& block = record.blocks[i];
      for (const std::uint16_t fixture : block.fixtures) blocks_[{block.arm, block.op, fixture}].push_back(i);
    }
    for (auto& [key, blocks] : blocks_) {
      std::sort(blocks.begin(), blocks.end(), [&](std::uint32_t a, std::uint32_t b) {
        return record.blocks[a].start_s < record.blocks[b].start_s;
      });
    }
  }

  std::optional<std::uint32_t> find(const TransferPoint& point) const {
    const auto found = blocks_.find({point.arm, point.op, point.fixture});
    if (found == blocks_.end()) return std::nullopt;
    const auto after = std::upper_bound(
        found->second.begin(), found->second.end(), point.start_s + 0.001,
        [this](double start_s, std::uint32_t block) { return start_s < record_.blocks[block].start_s; });
    if (after == found->second.begin()) return std::nullopt;
    return *std::prev(after);
  }

 private:
  const record::RunRecord& record_;
  std::map<GroupKey, std::vector<std::uint32_t>> blocks_;
};

Sample sample_of(const TransferPoint& point, std::uint32_t block) {
  Sample sample;
  sample.start_s = point.start_s;
  sample.transfer_ms = static_cast<double>(point.transfer_ms);
  sample.first_byte_ms = static_cast<double>(point.first_byte_ms);
  sample.connect_ms = static_cast<double>(point.connect_ms);
  sample.own_ms = sample.transfer_ms;
  sample.iteration = point.iteration;
  sample.client = point.client;
  sample.block = block;
  return sample;
}

bool measured(const TransferPoint& point) {
  return point.error == record::TransferError::none && std::isfinite(point.transfer_ms) &&
         point.transfer_ms > 0 && std::isfinite(point.start_s);
}

/// Marks each client's earliest transfer of each block.
void mark_first(std::map<GroupKey, Group>& groups) {
  std::map<std::pair<std::uint32_t, std::uint16_t>, Sample*> first;
  for (auto& [key, group] : groups) {
    for (Sample& sample : group.samples) {
      Sample*& earliest = first[{sample.block, sample.client}];
      if (earliest == nullptr || sample.start_s < earliest->start_s) earliest = &sample;
    }
  }
  for (const auto& [where, sample] : first) sample->first_of_client = true;
}

std::vector<Group> without_waits_for_connection(std::map<GroupKey, Group>&& groups, bool drop_first) {
  std::vector<Group> kept;
  for (auto& [key, group] : groups) {
    if (drop_first) std::erase_if(group.samples, [](const Sample& sample) { return sample.first_of_client; });
    if (group.samples.empty()) continue;
    std::sort(group.samples.begin(), group.samples.end(),
              [](const Sample& a, const Sample& b) { return a.start_s < b.start_s; });
    kept.push_back(std::move(group));
  }
  return kept;
}

}  // namespace

std::string Group::name() const {
  const std::string verb = key.op == record::Op::put ? "PUT" : "GET";
  return verb + " of " + fixture;
}

std::vector<std::uint32_t> blocks_of(const Evidence& evidence, record::Arm arm, Phase phase) {
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> steady;
  const auto& blocks = evidence.record.blocks;
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].arm != arm || blocks[i].confirmation != evidence.confirmation) continue;
    all.push_back(i);
    if (!blocks[i].warm_up) steady.push_back(i);
  }
  auto& chosen = phase == Phase::steady && !steady.empty() ? steady : all;
  std::sort(chosen.begin(), chosen.end(),
            [&](std::uint32_t a, std::uint32_t b) { return blocks[a].start_s < blocks[b].start_s; });
  return chosen;
}

namespace {

std::vector<Group> sort_into_groups(const Evidence& evidence, record::Arm arm, Phase phase) {
  const auto& record = evidence.record;
  const auto chosen = blocks_of(evidence, arm, phase);
  const std::set<std::uint32_t> wanted(chosen.begin(), chosen.end());
  const BlockFinder finder(record);
  std::map<GroupKey, Group> groups;
  for (const TransferPoint& point : record.transfers.points()) {
    if (point.arm != arm || !measured(point) || point.fixture >= record.fixtures.size()) continue;
    const auto block = finder.find(point);
    if (!block || !wanted.contains(*block)) continue;
    Group& group = groups[{point.arm, point.op, point.fixture}];
    group.samples.push_back(sample_of(point, *block));
  }
  for (auto& [key, group] : groups) {
    group.key = key;
    group.fixture = record.fixtures[key.fixture].name;
    group.size = record.fixtures[key.fixture].size;
  }
  mark_first(groups);
  const bool drop_first = record.plan.clients.lasting_connections && phase != Phase::with_connecting;
  auto kept = without_waits_for_connection(std::move(groups), drop_first);
  set_own_times(kept, record.plan.clients.count, record.transfers.stride());
  return kept;
}

}  // namespace

std::vector<Group> groups_of(const Evidence& evidence, record::Arm arm, Phase phase) {
  if (evidence.shelf == nullptr) return sort_into_groups(evidence, arm, phase);
  const GroupShelf::Key key{arm, phase, evidence.confirmation};
  if (evidence.shelf->find(key) == nullptr) evidence.shelf->put(key, sort_into_groups(evidence, arm, phase));
  return *evidence.shelf->find(key);
}

std::vector<double> times_ms(const Group& group) {
  std::vector<double> times;
  times.reserve(group.samples.size());
  for (const Sample& sample : group.samples) times.push_back(sample.transfer_ms);
  return times;
}

std::vector<double> own_times_ms(const Group& group) {
  std::vector<double> times;
  times.reserve(group.samples.size());
  for (const Sample& sample : group.samples) times.push_back(sample.own_ms);
  return times;
}

std::vector<BlockValues> by_block(const Group& group, double Sample::*value, std::size_t least) {
  std::vector<BlockValues> blocks;
  for (const Sample& sample : group.samples) {  // in order of time, so blocks come one after the other
    if (blocks.empty() || blocks.back().block != sample.block) blocks.push_back({sample.block, {}});
    blocks.back().values.push_back(sample.*value);
  }
  std::erase_if(blocks, [least](const BlockValues& block) { return block.values.size() < least; });
  return blocks;
}

std::vector<BlockValues> by_round(const record::RunRecord& record, const Group& group, double Sample::*value,
                                  std::size_t least) {
  std::vector<BlockValues> rounds;
  for (BlockValues& block : by_block(group, value)) {
    const bool same =
        !rounds.empty() && record.blocks[rounds.back().block].round == record.blocks[block.block].round;
    if (!same) rounds.push_back({block.block, {}});
    rounds.back().values.insert(rounds.back().values.end(), block.values.begin(), block.values.end());
  }
  std::erase_if(rounds, [least](const BlockValues& round) { return round.values.size() < least; });
  return rounds;
}

const Group* counterpart(const std::vector<Group>& control, const Group& group) {
  const auto found = std::find_if(control.begin(), control.end(), [&](const Group& other) {
    return other.key.op == group.key.op && other.key.fixture == group.key.fixture;
  });
  return found == control.end() ? nullptr : &*found;
}

std::size_t sample_count(const std::vector<Group>& groups) {
  std::size_t count = 0;
  for (const Group& group : groups) count += group.samples.size();
  return count;
}

}  // namespace bftp::judge
