#pragma once

namespace bftp::server {

/// Processors that this process may run on (sched_getaffinity), at least 1. Fewer than the machine has when
/// somebody has pinned the process.
int usable_processors();

}  // namespace bftp::server
