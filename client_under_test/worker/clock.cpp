#include "client_under_test/worker/clock.hpp"

#include <cerrno>

namespace bftp::client::worker {

void sleep_until_ns(std::int64_t when_ns) {
  timespec when{};
  when.tv_sec = static_cast<time_t>(when_ns / 1'000'000'000);
  when.tv_nsec = static_cast<long>(when_ns % 1'000'000'000);
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
}

}  // namespace bftp::client::worker
