#include "harness/judge/statistics/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/judge/statistics/finite.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/judge/statistics/split_mix.hpp"
#include "harness/judge/statistics/trend.hpp"

namespace bftp::judge::statistics {
namespace {

/// Mid-ranks, from 1.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) ranks[order[i]] = (static_cast<double>(from + to) + 1) / 2;
    from = to;
  }
  return ranks;
}

struct Split {
  std::size_t at = 0;
  double height = 0;  ///< max |U| / sqrt(t (n - t))
};

Split best_split(std::span<const double> ranks, std::size_t stretch_min) {
  Split best;
  double sum = 0;
  const auto n = static_cast<double>(ranks.size());
  for (std::size_t t = 1; t < ranks.size(); ++t) {
    sum += ranks[t - 1];
    if (t < stretch_min || ranks.size() - t < stretch_min) continue;
    const auto before = static_cast<double>(t);
    const double height = std::abs(2 * sum - before * (n + 1)) / std::sqrt(before * (n - before));
    if (height > best.height) best = {t, height};
  }
  return best;
}

/// Share of permutations that split as well, the series itself among them.
double permutation_p(std::vector<double> ranks, double height, const ChangePointOptions& options) {
  SplitMix64 random(options.seed);
  std::uint32_t as_high = 1;
  for (std::uint32_t k = 0; k < options.permutations; ++k) {
    for (std::size_t i = ranks.size(); i > 1; --i) std::swap(ranks[i - 1], ranks[random.below(i)]);
    as_high += best_split(ranks, options.stretch_min).height >= height ? 1u : 0u;
  }
  return static_cast<double>(as_high) / (options.permutations + 1);
}

struct Found {
  std::size_t at = 0;
  double p = 1;
};

void segment(std::span<const double> values, std::size_t offset, const ChangePointOptions& options,
             std::vector<Found>& found) {
  if (values.size() < 2 * options.stretch_min) return;
  const auto ranks = ranks_of(values);
  const Split split = best_split(ranks, options.stretch_min);
  if (split.height <= 0) return;
  const double step = std::abs(*median(values.subspan(split.at)) - *median(values.subspan(0, split.at)));
  if (step <= options.size_min) return;
  const double p = permutation_p(ranks, split.height, options);
  if (p > options.p_max) return;
  segment(values.subspan(0, split.at), offset, options, found);
  found.push_back({offset + split.at, p});
  segment(values.subspan(split.at), offset + split.at, options, found);
}

double moved(std::span<const double> stretch) {
  std::vector<double> x(stretch.size());
  std::iota(x.begin(), x.end(), 0.0);
  const auto line = theil_sen(x, stretch);
  return line ? line->slope * static_cast<double>(stretch.size() - 1) : 0;
}

}  // namespace

std::optional<std::vector<ChangePoint>> change_points(std::span<const double> values,
                                                      const ChangePointOptions& options) {
  if (!all_finite(values) || values.size() > change_points_values_max) return std::nullopt;
  std::vector<Found> found;
  segment(values, 0, options, found);
  std::vector<ChangePoint> changes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t from = i == 0 ? 0 : found[i - 1].at;
    const std::size_t to = i + 1 < found.size() ? found[i + 1].at : values.size();
    changes.push_back({found[i].at, *median(values.subspan(from, found[i].at - from)),
                       *median(values.subspan(found[i].at, to - found[i].at)), found[i].p});
  }
  std::erase_if(changes, [&](const ChangePoint& change) {
    return std::abs(change.after - change.before) <= options.size_min;
  });
  return changes;
}

bool is_step(std::span<const double> values, const std::vector<ChangePoint>& changes, std::size_t index) {
  const ChangePoint& change = changes.at(index);
  const std::size_t from = index == 0 ? 0 : changes[index - 1].at;
  const std::size_t to = index + 1 < changes.size() ? changes[index + 1].at : values.size();
  const double step = change.after - change.before;
  const auto slopes_along = [&](std::span<const double> stretch) {
    return moved(stretch) * (step > 0 ? 1 : -1) > std::abs(step) / 2;
  };
  return !slopes_along(values.subspan(from, change.at - from)) &&
         !slopes_along(values.subspan(change.at, to - change.at));
}

}  // namespace bftp::judge::statistics
