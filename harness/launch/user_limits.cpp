#include "harness/launch/user_limits.hpp"

#include <sys/resource.h>

namespace bftp::launch {

std::uint64_t users_descriptors_max() {
  static const std::uint64_t first_seen = [] {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::uint64_t>(limit.rlim_cur) : 0;
  }();
  return first_seen;
}

}  // namespace bftp::launch
