#include "harness/launch/user_limits.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace bftp::launch {

std::uint64_t users_descriptors_max() {
  static const std::uint64_t first_seen = [] {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::uint64_t>(limit.rlim_cur) : 0;
  }();
  return first_seen;
}

std::uint64_t memory_bound(std::uint64_t wished) {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return wished;
  const auto machine = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  return std::min(wished, machine / 4 * 3);
}

}  // namespace bftp::launch
