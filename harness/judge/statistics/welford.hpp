#pragma once

#include <cstdint>
#include <optional>

namespace bftp::judge::statistics {

/// Mean and variance in one pass without cancellation (Welford, "Note on a Method for Calculating Corrected
/// Sums of Squares and Products", Technometrics 4, 1962). A value; a NaN or an infinity is refused and does
/// not change it.
class Welford {
 public:
  /// False if `value` is not finite.
  bool add(double value);

  std::uint64_t count() const { return count_; }
  std::optional<double> mean() const;
  /// Of the sample, divided by n - 1; nothing below two values.
  std::optional<double> variance() const;
  std::optional<double> standard_deviation() const;

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace bftp::judge::statistics
