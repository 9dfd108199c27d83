#include "harness/judge/outliers.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge {
namespace {

void sort_by_start(std::vector<Outlier>& outliers) {
  std::sort(outliers.begin(), outliers.end(),
            [](const Outlier& a, const Outlier& b) { return a.sample->start_s < b.sample->start_s; });
}

bool beyond(double own_ms, double median_ms, const OutlierLimit& limit) {
  if (!limit.each_by_itself) return own_ms > limit.times_median * median_ms + limit.excess_ms;
  return own_ms > limit.times_median * median_ms && own_ms > median_ms + limit.excess_ms;
}

}  // namespace

std::size_t Pool::samples() const {
  std::size_t count = 0;
  for (const Group* group : groups) count += group->samples.size();
  return count;
}

std::vector<Pool> pools_of(const std::vector<Group>& groups, std::size_t group_least) {
  std::map<record::Op, Pool> by_op;
  for (const Group& group : groups) {
    Pool& pool = by_op[group.key.op];
    pool.name = group.key.op == record::Op::put ? "PUT" : "GET";
    pool.groups.push_back(&group);
  }
  std::vector<Pool> pools;
  for (auto& [op, pool] : by_op) {
    if (pool.groups.size() == 1) pool.name = pool.groups.front()->name();
    pools.push_back(pool);
  }
  for (const Group& group : groups) {
    if (by_op[group.key.op].groups.size() > 1 && group.samples.size() >= group_least)
      pools.push_back({group.name(), {&group}});
  }
  return pools;
}

const Pool* same_work(const std::vector<Pool>& pools, const Pool& pool) {
  const auto named =
      std::find_if(pools.begin(), pools.end(), [&](const Pool& other) { return other.name == pool.name; });
  if (named != pools.end()) return &*named;
  // Pools of a whole operation come before those of single files.
  const auto of_op = std::find_if(pools.begin(), pools.end(), [&](const Pool& other) {
    return other.groups.front()->key.op == pool.groups.front()->key.op;
  });
  return of_op == pools.end() ? nullptr : &*of_op;
}

void recount(const record::RunRecord& record, Outliers& outliers) {
  std::set<std::uint32_t> rounds;
  outliers.events = 0;
  double event_end_s = -1;
  for (const Outlier& outlier : outliers.found) {
    rounds.insert(record.blocks[outlier.sample->block].round);
    if (outlier.sample->start_s < event_end_s) continue;
    ++outliers.events;
    event_end_s = outlier.sample->end_s();
  }
  outliers.rounds = rounds.size();
}

std::vector<Outlier> excesses(const Pool& pool, double median_max_ms) {
  std::vector<Outlier> all;
  for (const Group* group : pool.groups) {
    const double median_ms = statistics::median(own_times_ms(*group)).value_or(0);
    if (median_ms > median_max_ms) continue;
    for (const Sample& sample : group->samples) all.push_back({&sample, sample.own_ms - median_ms, 0});
  }
  sort_by_start(all);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].position = i;
  return all;
}

Outliers find_outliers(const record::RunRecord& record, const Pool& pool, const OutlierLimit& limit) {
  std::vector<Outlier> all;
  std::map<const Sample*, bool> far;
  for (const Group* group : pool.groups) {
    const double median_ms = statistics::median(own_times_ms(*group)).value_or(0);
    for (const Sample& sample : group->samples) {
      all.push_back({&sample, sample.own_ms - median_ms, 0});
      if (beyond(sample.own_ms, median_ms, limit)) far[&sample] = true;
    }
  }
  sort_by_start(all);
  Outliers outliers;
  outliers.total = all.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].position = i;
    if (far.contains(all[i].sample)) outliers.found.push_back(all[i]);
  }
  recount(record, outliers);
  return outliers;
}

std::vector<double> excess_lengths_ms(const std::vector<Outlier>& outliers) {
  std::vector<double> values;
  for (const Outlier& outlier : outliers) values.push_back(outlier.excess_ms);
  return values;
}

}  // namespace bftp::judge
