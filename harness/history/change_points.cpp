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

constexpr std::size_t values_max = 400;
constexpr std::size_t permutations_min = 999;
constexpr std::size_t permutations_max = 19'999;

/// Absolute differences between all pairs, looked up once for all permutations.
class Distances {
 public:
  explicit Distances(std::span<const double> values) : size_(values.size()), table_(size_ * size_) {
    for (std::size_t i = 0; i < size_; ++i)
      for (std::size_t j = 0; j < size_; ++j) table_[i * size_ + j] = std::abs(values[i] - values[j]);
  }
  double operator()(std::size_t i, std::size_t j) const { return table_[i * size_ + j]; }

 private:
  std::size_t size_;
  std::vector<double> table_;
};

struct Split {
  std::size_t at = 0;
  double statistic = -1;
};

/// The split of `order` with the largest mn/(m+n) × (2 E|X-Y| - E|X-X'| - E|Y-Y'|) (equations 5 and 7 of
/// Matteson and James, exponent 1). The three sums are carried from one split to the next.
Split best_split(const std::vector<std::size_t>& order, const Distances& distance, std::size_t side_min) {
  const std::size_t n = order.size();
  double within_left = 0, within_right = 0, across = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) within_right += distance(order[i], order[j]);
  Split best;
  for (std::size_t m = 1; m < n; ++m) {
    double to_left = 0, to_right = 0;
    const std::size_t moved = order[m - 1];
    for (std::size_t i = 0; i + 1 < m; ++i) to_left += distance(moved, order[i]);
    for (std::size_t j = m; j < n; ++j) to_right += distance(moved, order[j]);
    within_left += to_left;
    within_right -= to_right;
    across += to_right - to_left;
    if (m < side_min || n - m < side_min) continue;
    const auto left = static_cast<double>(m), right = static_cast<double>(n - m);
    const auto pairs = [](double count) {
      return count * (count - 1) / 2;
    };
    const double energy =
        2 * across / (left * right) - within_left / pairs(left) - within_right / pairs(right);
    const double statistic = left * right / (left + right) * energy;
    if (statistic > best.statistic) best = {m, statistic};
  }
  return best;
}

class Search {
 public:
  Search(std::span<const double> values, const ChangeOptions& options)
      : values_(values),
        options_(options),
        distance_(values),
        random_(options.seed),
        permutations_(std::clamp(static_cast<std::size_t>(std::ceil(10 / options.alpha)) - 1,
                                 permutations_min, permutations_max)) {}

  std::vector<std::pair<std::size_t, double>> all() {
    part(0, values_.size());
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  void part(std::size_t from, std::size_t to) {
    if (to - from < 2 * options_.side_min) return;
    std::vector<std::size_t> order(to - from);
    std::iota(order.begin(), order.end(), from);
    const Split split = best_split(order, distance_, options_.side_min);
    if (split.at == 0) return;
    const auto p = significance(order, split.statistic);
    if (!p) return;
    found_.emplace_back(from + split.at, *p);
    part(from, from + split.at);
    part(from + split.at, to);
  }

  /// The share of permutations with a statistic as large; nothing once that is certain to exceed alpha.
  std::optional<double> significance(std::vector<std::size_t> order, double statistic) {
    const double total = static_cast<double>(permutations_ + 1);
    std::size_t as_large = 1;  // the series itself
    for (std::size_t i = 0; i < permutations_; ++i) {
      shuffle(order);
      if (best_split(order, distance_, options_.side_min).statistic >= statistic) ++as_large;
      if (static_cast<double>(as_large) / total > options_.alpha) return std::nullopt;
    }
    return static_cast<double>(as_large) / total;
  }

  void shuffle(std::vector<std::size_t>& order) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
  }

  std::span<const double> values_;
  const ChangeOptions& options_;
  Distances distance_;
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
  const std::size_t left_out = values.size() - std::min(values.size(), values_max);
  const auto last = values.subspan(left_out);
  auto changes = those_that_count(last, Search(last, options).all(), options);
  for (ChangePoint& change : changes) change.index += left_out;
  return changes;
}

}  // namespace bftp::history
