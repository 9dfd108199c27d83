#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bftp::report {

/// A series of points, x and y of equal length.
struct Points {
  std::vector<double> x, y;
  std::size_t size() const { return x.size(); }
  void add(double at, double value) { x.push_back(at), y.push_back(value); }
};

/// For curves. At most `max` (3 or more) of the points, in ascending x: the range of x is cut into max/3
/// buckets of equal width (each a few pixels of a chart), and of each bucket the lowest, the median and the
/// highest point stay, so outliers survive and the bulk keeps its place. Points with a value that is not
/// finite are dropped. A series that fits is only sorted.
Points thin(const Points& points, std::size_t max);

/// For clouds of points. At most `max` (4 or more) of the points, in ascending x: three quarters are every
/// n-th point in order of x, so the cloud keeps its density; the rest are the points farthest from the median
/// of y, so outliers survive. The rule of thin() would draw a cloud as three bands.
Points thin_cloud(const Points& points, std::size_t max);

/// Shares `total` among series that want so many points each: small ones get all they want, the rest is split
/// evenly.
std::vector<std::size_t> share_budget(std::span<const std::size_t> wanted, std::size_t total);

}  // namespace bftp::report
