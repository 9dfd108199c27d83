#pragma once

#include <chrono>
#include <optional>

namespace bftp::protocol {

using Clock = std::chrono::steady_clock;  ///< CLOCK_MONOTONIC; never jumps when somebody sets the time

/// A point in time by which a wait has to end. Cheap to copy. `never()` has no bound and is for tests and for
/// people's shells only: servers and workers always set one.
class Deadline {
 public:
  static Deadline after(Clock::duration wait) { return Deadline(Clock::now() + wait); }
  static Deadline at(Clock::time_point when) { return Deadline(when); }
  static Deadline never() { return Deadline(Clock::time_point::max()); }

  bool is_never() const { return when_ == Clock::time_point::max(); }
  bool expired() const { return !is_never() && Clock::now() >= when_; }
  Clock::time_point when() const { return when_; }

  /// Time left, never negative; Clock::duration::max() for never().
  Clock::duration remaining() const {
    if (is_never()) return Clock::duration::max();
    const auto now = Clock::now();
    return now >= when_ ? Clock::duration::zero() : when_ - now;
  }

  /// For poll(2): milliseconds left, rounded up, at most one hour; -1 for never().
  int poll_timeout_ms() const {
    if (is_never()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(remaining()).count();
    constexpr long long one_hour_ms = 3'600'000;
    return static_cast<int>(left < one_hour_ms ? left : one_hour_ms);
  }

 private:
  explicit Deadline(Clock::time_point when) : when_(when) {}
  Clock::time_point when_;
};

}  // namespace bftp::protocol
