#include "harness/judge/statistics/mean_interval.hpp"

#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "harness/judge/statistics/welford.hpp"

namespace bftp::judge::statistics {

std::optional<Interval> mean_interval(std::span<const double> values, double confidence) {
  Welford sample;
  for (const double value : values)
    if (!sample.add(value)) return std::nullopt;
  const auto deviation = sample.standard_deviation();
  if (!deviation) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const boost::math::students_t_distribution<double> student(n - 1);
  const double half = boost::math::quantile(student, (1 + confidence) / 2) * *deviation / std::sqrt(n);
  return Interval{*sample.mean() - half, *sample.mean() + half};
}

}  // namespace bftp::judge::statistics
