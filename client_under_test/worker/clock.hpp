#pragma once

#include <cstdint>
#include <ctime>

/// Clocks of the worker. Plain nanosecond counts, because the records carry them as such.
namespace bftp::client::worker {

inline std::int64_t read_clock_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// CLOCK_MONOTONIC: about 25 ns, no system call.
inline std::int64_t now_ns() {
  return read_clock_ns(CLOCK_MONOTONIC);
}

/// CPU time of the calling thread; a system call.
inline std::int64_t thread_cpu_ns() {
  return read_clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/// Sleeps until `when_ns` of CLOCK_MONOTONIC; returns at once when that has passed.
void sleep_until_ns(std::int64_t when_ns);

/// Times one transfer and nothing else: what the worker does for itself in between (comparing, digesting a
/// full window) is left out. Used by one thread.
class Stopwatch {
 public:
  /// `counts_from_ns` is where the times count from: now, or the intended start of an open loop, which has
  /// passed. `cpu_from_ns` is where CPU time counts from, if that clock was read a moment ago: a reading is a
  /// system call.
  void start(std::int64_t counts_from_ns, std::int64_t cpu_from_ns = thread_cpu_ns()) {
    counts_from_ns_ = counts_from_ns;
    paused_ns_ = 0;
    cpu_left_out_ns_ = 0;
    cpu_ns_ = 0;
    cpu_started_ns_ = cpu_from_ns;
    began_ns_ = now_ns();
  }

  std::int64_t counts_from_ns() const { return counts_from_ns_; }
  /// From the point where times count from to `at_ns`, without the pauses.
  std::int64_t elapsed_ns(std::int64_t at_ns) const { return at_ns - counts_from_ns_ - paused_ns_; }
  /// When a transfer that may take `limit_ns` has to end. Moves with every pause. Counts from the real
  /// beginning: a late start in an open loop does not shorten what the server is given.
  std::int64_t deadline_ns(std::int64_t limit_ns) const { return began_ns_ + paused_ns_ + limit_ns; }

  /// Leaves `work` out of the time alone. Its CPU time stays in cpu_ns(): reading that clock twice for each
  /// 256 KiB would cost more than it tells.
  template <class Work>
  void leave_out(Work&& work) {
    const auto from = now_ns();
    work();
    paused_ns_ += now_ns() - from;
  }

  /// Leaves `work` out of the time and of the CPU time.
  template <class Work>
  void leave_out_with_cpu(Work&& work) {
    const auto cpu_from = thread_cpu_ns();
    leave_out(work);
    cpu_left_out_ns_ += thread_cpu_ns() - cpu_from;
  }

  void stop() {
    cpu_stopped_ns_ = thread_cpu_ns();
    cpu_ns_ = cpu_stopped_ns_ - cpu_started_ns_ - cpu_left_out_ns_;
  }
  std::int64_t cpu_ns() const { return cpu_ns_; }
  std::int64_t cpu_stopped_ns() const { return cpu_stopped_ns_; }  ///< what stop() read

 private:
  std::int64_t counts_from_ns_ = 0;
  std::int64_t began_ns_ = 0;
  std::int64_t paused_ns_ = 0;
  std::int64_t cpu_started_ns_ = 0;
  std::int64_t cpu_stopped_ns_ = 0;
  std::int64_t cpu_left_out_ns_ = 0;
  std::int64_t cpu_ns_ = 0;
};

}  // namespace bftp::client::worker
