#include "harness/history/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/statistics/split_mix.hpp"

namespace bftp::history {
namespace {

namespace statistics = judge::statistics;

constexpr std::size_t permutations_min = 999;
/// So many permutations as large as the series itself are expected at alpha: the test's power hardly grows
/// with more of them (Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2.5).
constexpr double as_large_wanted = 10;
constexpr std::size_t permutations_of_many = 19'999;
/// Beyond that, where alpha is small because it is shared by many series: the fewest that can be significant,
/// twice over.
constexpr double as_large_least = 2;
constexpr std::size_t permutations_max = 399'999;

std::size_t permutations_for(double alpha) {
  const auto count = [alpha](double as_large) {
    return static_cast<std::size_t>(std::min(std::ceil(as_large / alpha), 1e9)) - 1;
  };
  const std::size_t many = std::min(count(as_large_wanted), permutations_of_many);
  return std::clamp(std::max(many, count(as_large_least)), permutations_min, permutations_max);
}

/// Which values have come, by rank, and how far another lies from all of them: a Fenwick tree (Fenwick, A New
/// Data Structure for Cumulative Frequency Tables, 1994) of counts and sums, so that it is told in O(log n).
class Gathered {
 public:
  explicit Gathered(std::size_t size) : cells_(size + 1) {}

  void add(std::size_t rank, double value) {
    all_.add(value);
    for (std::size_t i = rank + 1; i < cells_.size(); i += i & (~i + 1)) cells_[i].add(value);
  }
  /// Sum of |value - x| over all x that have come; `rank` is the value's.
  double distance_to_all(std::size_t rank, double value) const {
    Cell below;
    for (std::size_t i = rank; i > 0; i &= i - 1) {
      below.count += cells_[i].count;
      below.sum += cells_[i].sum;
    }
    return (all_.sum - 2 * below.sum) - value * (all_.count - 2 * below.count);
  }

 private:
  struct Cell {
    double count = 0, sum = 0;
    void add(double value) {
      count += 1;
      sum += value;
    }
  };
  std::vector<Cell> cells_;
  Cell all_;
};

struct Split {
  std::size_t at = 0;
  double statistic = -1;
};

/// Splits of one stretch of values, in any order of them.
class Splits {
 public:
  explicit Splits(std::span<const double> values)
      : values_(values.begin(), values.end()), ranks_(values.size()), distances_(values.size()) {
    // Around zero, so that sums of values lose nothing that their differences have.
    const double centre = *statistics::median(values);
    for (double& value : values_) value -= centre;
    std::vector<std::size_t> ascending(values_.size());
    std::iota(ascending.begin(), ascending.end(), std::size_t{0});
    std::stable_sort(ascending.begin(), ascending.end(),
                     [this](std::size_t a, std::size_t b) { return values_[a] < values_[b]; });
    Gathered everybody(values_.size());
    for (std::size_t rank = 0; rank < ascending.size(); ++rank) {
      ranks_[ascending[rank]] = rank;
      everybody.add(rank, values_[ascending[rank]]);
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
      distances_[i] = everybody.distance_to_all(ranks_[i], values_[i]);
      within_all_ += distances_[i] / 2;
    }
  }

  /// The split of `order` with the largest mn/(m+n) × (2 E|X-Y| - E|X-X'| - E|Y-Y'|) (equations 5 and 7 of
  /// Matteson and James, exponent 1). The three sums are carried from one split to the next: O(n log n) in
  /// all.
  Split best(const std::vector<std::size_t>& order, std::size_t side_min) const {
    const std::size_t n = order.size();
    double within_left = 0, within_right = within_all_, across = 0;
    Gathered left_side(n);
    Split best;
    for (std::size_t m = 1; m < n; ++m) {
      const std::size_t moved = order[m - 1];
      const double to_left = left_side.distance_to_all(ranks_[moved], values_[moved]);
      const double to_right = distances_[moved] - to_left;
      left_side.add(ranks_[moved], values_[moved]);
      within_left += to_left;
      within_right -= to_right;
      across += to_right - to_left;
      if (m < side_min || n - m < side_min) continue;
      const double statistic = statistic_of(m, n - m, within_left, within_right, across);
      if (statistic > best.statistic) best = {m, statistic};
    }
    return best;
  }

 private:
  static double statistic_of(std::size_t m, std::size_t n, double within_left, double within_right,
                             double across) {
    const auto left = static_cast<double>(m), right = static_cast<double>(n);
    const auto pairs = [](double count) {
      return count * (count - 1) / 2;
    };
    const double energy =
        2 * across / (left * right) - within_left / pairs(left) - within_right / pairs(right);
    return left * right / (left + right) * energy;
  }

  std::vector<double> values_;
  std::vector<std::size_t> ranks_;
  std::vector<double> distances_;  ///< of each to all
  double within_all_ = 0;          ///< over all pairs
};

class Search {
 public:
  Search(std::span<const double> values, const ChangeOptions& options)
      : values_(values),
        options_(options),
        random_(options.seed),
        permutations_(permutations_for(options.alpha)) {}

  std::vector<std::pair<std::size_t, double>> all() {
    part(0, values_.size());
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  void part(std::size_t from, std::size_t to) {
    if (to - from < 2 * options_.side_min) return;
    const Splits splits(values_.subspan(from, to - from));
    std::vector<std::size_t> order(to - from);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const Split split = splits.best(order, options_.side_min);
    if (split.at == 0) return;
    const auto p = significance(splits, order, split.statistic);
    if (!p) return;
    found_.emplace_back(from + split.at, *p);
    part(from, from + split.at);
    part(from + split.at, to);
  }

  /// The share of permutations with a statistic as large; nothing once that is certain to exceed alpha.
  std::optional<double> significance(const Splits& splits, std::vector<std::size_t> order, double statistic) {
    const double total = static_cast<double>(permutations_ + 1);
    // The same split met in another order sums up in another order, too.
    const double as_large_from = statistic * (1 - 1e-9);
    std::size_t as_large = 1;  // the series itself
    for (std::size_t i = 0; i < permutations_; ++i) {
      shuffle(order);
      if (splits.best(order, options_.side_min).statistic >= as_large_from) ++as_large;
      if (static_cast<double>(as_large) / total > options_.alpha) return std::nullopt;
    }
    return static_cast<double>(as_large) / total;
  }

  void shuffle(std::vector<std::size_t>& order) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
  }

  std::span<const double> values_;
  const ChangeOptions& options_;
  statistics::SplitMix64 random_;
  std::size_t permutations_;
  std::vector<std::pair<std::size_t, double>> found_;
};

/// Robust standard deviation of the values around their side's median.
double noise_of(std::span<const double> before, std::span<const double> after) {
  std::vector<double> rest;
  for (const auto side : {before, after}) {
    const double middle = *statistics::median(side);
    for (const double value : side) rest.push_back(value - middle);
  }
  return *statistics::robust_sigma(rest);
}

bool large(std::span<const double> before, std::span<const double> after, const ChangeOptions& options) {
  const double a = *statistics::median(before), b = *statistics::median(after);
  const double step = std::abs(b - a);
  const double floor = options.share_min * std::min(std::abs(a), std::abs(b));
  return step > 0 && step >= floor && step >= options.noise_times_min * noise_of(before, after);
}

/// Leaves out the first change that does not count, until all do: the parts beside it are one again.
std::vector<ChangePoint> those_that_count(std::span<const double> values,
                                          std::vector<std::pair<std::size_t, double>> places,
                                          const ChangeOptions& options) {
  const auto sides = [&](std::size_t i) {
    const std::size_t from = i == 0 ? 0 : places[i - 1].first;
    const std::size_t to = i + 1 == places.size() ? values.size() : places[i + 1].first;
    const std::size_t at = places[i].first;
    return std::pair(values.subspan(from, at - from), values.subspan(at, to - at));
  };
  for (bool all_count = false; !all_count;) {
    all_count = true;
    for (std::size_t i = 0; i < places.size() && all_count; ++i) {
      const auto [before, after] = sides(i);
      if (large(before, after, options)) continue;
      places.erase(places.begin() + static_cast<std::ptrdiff_t>(i));
      all_count = false;
    }
  }
  std::vector<ChangePoint> changes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto [before, after] = sides(i);
    changes.push_back(
        {places[i].first, *statistics::median(before), *statistics::median(after), places[i].second});
  }
  return changes;
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values, const ChangeOptions& options) {
  if (!statistics::all_finite(values) || options.side_min < 2) return {};
  const std::size_t left_out = values.size() - std::min(values.size(), change_points_values_max);
  const auto last = values.subspan(left_out);
  auto changes = those_that_count(last, Search(last, options).all(), options);
  for (ChangePoint& change : changes) change.index += left_out;
  return changes;
}

}  // namespace bftp::history
