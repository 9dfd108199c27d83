#include "server_under_test/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

namespace bftp::server {

int usable_processors() {
  cpu_set_t usable;
  if (::sched_getaffinity(0, sizeof usable, &usable) == 0) return std::max(1, CPU_COUNT(&usable));
  // More processors than the mask has bits.
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace bftp::server
