#include "harness/report/charts/thin.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace bftp::report {
namespace {

/// Indices of the finite points, by x, then in their own order.
std::vector<std::size_t> sorted_indices(const Points& points) {
  std::vector<std::size_t> order;
  order.reserve(points.size());
  for (std::size_t at = 0; at < points.size(); ++at) {
    if (std::isfinite(points.x[at]) && std::isfinite(points.y[at])) order.push_back(at);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return points.x[left] < points.x[right]; });
  return order;
}

/// Adds the bucket's lowest, median and highest point in order of x. `bucket` is not empty.
void keep_three(const Points& points, std::span<const std::size_t> bucket, Points& kept) {
  std::vector<std::size_t> ranks(bucket.size());
  std::iota(ranks.begin(), ranks.end(), std::size_t{0});
  std::stable_sort(ranks.begin(), ranks.end(), [&](std::size_t left, std::size_t right) {
    return points.y[bucket[left]] < points.y[bucket[right]];
  });
  std::vector<std::size_t> chosen{ranks.front(), ranks[ranks.size() / 2], ranks.back()};
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  for (const std::size_t rank : chosen) kept.add(points.x[bucket[rank]], points.y[bucket[rank]]);
}

Points take(const Points& points, std::span<const std::size_t> order) {
  Points taken;
  for (const std::size_t at : order) taken.add(points.x[at], points.y[at]);
  return taken;
}

double median_height(const Points& points, std::vector<std::size_t> order) {
  const auto middle = order.begin() + std::ssize(order) / 2;
  std::nth_element(order.begin(), middle, order.end(),
                   [&](std::size_t left, std::size_t right) { return points.y[left] < points.y[right]; });
  return points.y[*middle];
}

/// Marks the `count` ranks (places in `order`) whose points lie farthest from the median.
void mark_farthest(const Points& points, std::span<const std::size_t> order, std::size_t count,
                   std::vector<bool>& kept) {
  const double median = median_height(points, {order.begin(), order.end()});
  std::vector<std::size_t> ranks(order.size());
  std::iota(ranks.begin(), ranks.end(), std::size_t{0});
  const auto distance = [&](std::size_t rank) {
    return std::fabs(points.y[order[rank]] - median);
  };
  std::stable_sort(ranks.begin(), ranks.end(),
                   [&](std::size_t left, std::size_t right) { return distance(left) > distance(right); });
  for (std::size_t at = 0; at < count; ++at) kept[ranks[at]] = true;
}

}  // namespace

Points thin_cloud(const Points& points, std::size_t max) {
  assert(points.x.size() == points.y.size() && max >= 4);
  const std::vector<std::size_t> order = sorted_indices(points);
  if (order.size() <= max) return take(points, order);
  std::vector<bool> kept(order.size());
  const std::size_t far = max / 4, sampled = max - far;
  for (std::size_t at = 0; at < sampled; ++at) kept[at * order.size() / sampled] = true;
  mark_farthest(points, order, far, kept);
  std::vector<std::size_t> chosen;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    if (kept[rank]) chosen.push_back(order[rank]);
  }
  return take(points, chosen);
}

Points thin(const Points& points, std::size_t max) {
  assert(points.x.size() == points.y.size() && max >= 3);
  const std::vector<std::size_t> order = sorted_indices(points);
  if (order.size() <= max) return take(points, order);
  Points kept;
  const std::size_t buckets = max / 3;
  const double low = points.x[order.front()], width = points.x[order.back()] - low;
  const auto bucket_of = [&](std::size_t at) {
    if (!(width > 0)) return std::size_t{0};
    const double share = (points.x[at] - low) / width;
    return std::min(static_cast<std::size_t>(share * static_cast<double>(buckets)), buckets - 1);
  };
  for (std::size_t start = 0; start < order.size();) {
    std::size_t stop = start + 1;
    while (stop < order.size() && bucket_of(order[stop]) == bucket_of(order[start])) ++stop;
    keep_three(points, std::span(order).subspan(start, stop - start), kept);
    start = stop;
  }
  return kept;
}

std::vector<std::size_t> share_budget(std::span<const std::size_t> wanted, std::size_t total) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t left, std::size_t right) { return wanted[left] < wanted[right]; });
  std::vector<std::size_t> shares(wanted.size());
  std::size_t left = total;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const std::size_t even = left / (order.size() - rank);
    shares[order[rank]] = std::min(wanted[order[rank]], even);
    left -= shares[order[rank]];
  }
  return shares;
}

}  // namespace bftp::report
