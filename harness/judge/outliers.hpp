#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/judge/samples.hpp"

namespace bftp::judge {

/// A set of groups that is counted together. Every transfer is compared with the median of its own group, so
/// sizes may mix.
/// Of one operation, for anything to be said of outliers or of spread. The shares that decide have bounds
/// that are exact for any number; a run of 20 iterations by one client, the shortest that is sensible, has 15
/// after a warm-up of a quarter.
inline constexpr std::size_t timed_transfers_min = 15;

struct Pool {
  std::string name;  ///< "GET", "PUT of oliver_twist.txt"
  std::vector<const Group*> groups;
  std::size_t samples() const;
};

/// One pool for each op, then one for each group of at least `group_least` samples where an op has several.
std::vector<Pool> pools_of(const std::vector<Group>& groups, std::size_t group_least = 40);

/// The pool of `pools` that did the same work as `pool`: of the same name, else of the same operation. Null
/// if there is none.
const Pool* same_work(const std::vector<Pool>& pools, const Pool& pool);

struct OutlierLimit {
  double times_median = 5;
  double excess_ms = 30;
  /// False: above times_median × median + excess_ms. True: above times_median × median, and above median +
  /// excess_ms.
  bool each_by_itself = false;
};

struct Outlier {
  const Sample* sample = nullptr;
  double excess_ms = 0;      ///< beyond the group's median
  std::size_t position = 0;  ///< ordinal number among the pool's transfers, by start
};

struct Outliers {
  std::vector<Outlier> found;  ///< by start
  std::size_t total = 0;
  /// Groups of outliers that overlap in time count once: a pause of the machine hits every client at the same
  /// moment, and is one accident, not many.
  std::size_t events = 0;
  std::size_t rounds = 0;  ///< in which there was one

  double share() const {
    return total == 0 ? 0 : static_cast<double>(found.size()) / static_cast<double>(total);
  }
};

/// Transfers of the pool (by own_ms) beyond the limit.
Outliers find_outliers(const record::RunRecord& record, const Pool& pool, const OutlierLimit& limit);

/// Counts events and rounds of `found` anew.
void recount(const record::RunRecord& record, Outliers& outliers);

/// What each transfer of the pool took beyond the median of its group, by start; of groups with a median up
/// to `median_max_ms`.
std::vector<Outlier> excesses(const Pool& pool, double median_max_ms);

/// By how much each lies beyond its group's median, ms.
std::vector<double> excess_lengths_ms(const std::vector<Outlier>& outliers);

}  // namespace bftp::judge
