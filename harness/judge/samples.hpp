#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "harness/judge/check.hpp"

/// The transfers that timing is judged by, sorted into what is comparable.
namespace bftp::judge {

/// One transfer that ended well.
struct Sample {
  double start_s = 0;
  double transfer_ms = 0;
  double first_byte_ms = 0;  ///< NaN if unknown
  double connect_ms = 0;     ///< NaN if unknown
  /// transfer_ms without the time that the client stood in the queue of a server that was serving others
  /// meanwhile (see queueing.hpp): what the server itself is answerable for.
  double own_ms = 0;
  std::uint32_t iteration = 0;
  std::uint16_t client = 0;
  std::uint32_t block = 0;       ///< index into RunRecord::blocks
  bool first_of_client = false;  ///< of its client in its block: it meets cold caches and, on lasting
                                 ///< connections, waits to be accepted

  double end_s() const { return start_s + transfer_ms / 1000; }
};

/// All samples of one (arm, op, fixture), in order of their starts. Never empty.
struct Group {
  record::GroupKey key;
  std::string fixture;
  std::uint64_t size = 0;  ///< of the fixture, bytes
  std::vector<Sample> samples;

  std::string name() const;  ///< "GET of db.csv"
};

enum class Phase : std::uint8_t {
  steady,  ///< without blocks marked as warm-up, unless there are no others
  all,
  with_connecting,  ///< all, and on lasting connections those that waited for theirs
};

/// What groups_of() has sorted, since most checks of time ask for the same. Lives as long as one judgement of
/// one record, which does not change meanwhile.
class GroupShelf {
 public:
  using Key = std::tuple<record::Arm, Phase, bool>;  ///< and whether of the confirmation
  const std::vector<Group>* find(const Key& key) const {
    const auto found = groups_.find(key);
    return found == groups_.end() ? nullptr : &found->second;
  }
  void put(const Key& key, std::vector<Group> groups) { groups_[key] = std::move(groups); }

 private:
  std::map<Key, std::vector<Group>> groups_;
};

/// Samples of the pass that `evidence` judges. Transfers that failed, and on lasting connections those that
/// had to wait for the connection, are left out.
std::vector<Group> groups_of(const Evidence& evidence, record::Arm arm, Phase phase = Phase::steady);

/// Transfer times in ms, in order.
std::vector<double> times_ms(const Group& group);
std::vector<double> own_times_ms(const Group& group);

/// The group's values of one block each, in order of time; blocks with fewer than `least` values are left
/// out.
struct BlockValues {
  std::uint32_t block = 0;
  std::vector<double> values;
};
std::vector<BlockValues> by_block(const Group& group, double Sample::*value, std::size_t least = 1);

/// Likewise of one round each: the turns of a block together. `block` is the first of them.
std::vector<BlockValues> by_round(const record::RunRecord& record, const Group& group, double Sample::*value,
                                  std::size_t least = 1);

/// The counterpart of a group in the control arm; null if it has none.
const Group* counterpart(const std::vector<Group>& control, const Group& group);

std::size_t sample_count(const std::vector<Group>& groups);

/// Blocks of the arm in the pass that `evidence` judges, in order of time; indices into RunRecord::blocks.
std::vector<std::uint32_t> blocks_of(const Evidence& evidence, record::Arm arm, Phase phase = Phase::steady);

}  // namespace bftp::judge
