#include "harness/drive/timekeeper.hpp"

#include <thread>

namespace bftp::drive {

std::int64_t SystemTimekeeper::monotonic_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::int64_t SystemTimekeeper::wall_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void SystemTimekeeper::sleep_for(std::chrono::nanoseconds wait) {
  std::this_thread::sleep_for(wait);
}

}  // namespace bftp::drive
