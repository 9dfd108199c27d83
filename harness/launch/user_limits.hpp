#pragma once

#include <cstdint>

namespace bftp::launch {

/// The soft limit of open files (RLIMIT_NOFILE) that we were started with. We raise our own for many workers,
/// and servers are to meet the one that they would meet without us. Call it before anything raises it. Any
/// thread.
std::uint64_t users_descriptors_max();

/// How much memory a server may have that may have `wished` bytes by its plan: never more than three quarters
/// of the machine's, so that we and the clients go on.
std::uint64_t memory_bound(std::uint64_t wished);

}  // namespace bftp::launch
