#pragma once

#include <chrono>
#include <cstdint>

namespace bftp::drive {

inline constexpr double ns_per_s = 1e9;

/// The clock and the only way to wait, as a seam: tests hand in one that jumps instead of sleeping.
class Timekeeper {
 public:
  virtual ~Timekeeper() = default;
  virtual std::int64_t monotonic_ns() = 0;  ///< CLOCK_MONOTONIC, the workers' clock
  virtual std::int64_t wall_ns() = 0;       ///< CLOCK_REALTIME, which somebody may set
  virtual void sleep_for(std::chrono::nanoseconds wait) = 0;
};

class SystemTimekeeper final : public Timekeeper {
 public:
  std::int64_t monotonic_ns() override;
  std::int64_t wall_ns() override;
  void sleep_for(std::chrono::nanoseconds wait) override;
};

}  // namespace bftp::drive
