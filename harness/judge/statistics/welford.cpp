#include "harness/judge/statistics/welford.hpp"

#include <cmath>

namespace bftp::judge::statistics {

bool Welford::add(double value) {
  if (!std::isfinite(value)) return false;
  ++count_;
  const double before = value - mean_;
  mean_ += before / static_cast<double>(count_);
  squares_ += before * (value - mean_);
  return true;
}

std::optional<double> Welford::mean() const {
  if (count_ == 0) return std::nullopt;
  return mean_;
}

std::optional<double> Welford::variance() const {
  if (count_ < 2) return std::nullopt;
  return squares_ / static_cast<double>(count_ - 1);
}

std::optional<double> Welford::standard_deviation() const {
  const auto squared = variance();
  if (!squared) return std::nullopt;
  return std::sqrt(*squared);
}

}  // namespace bftp::judge::statistics
