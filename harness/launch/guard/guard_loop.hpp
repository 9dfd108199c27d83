#pragma once

#include <string>

#include "processes/tree_bounds.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::launch::guard {

struct GuardOptions {
  protocol::UniqueFd control;  ///< our end of the SOCK_SEQPACKET pair
  std::string cgroup_name;     ///< empty: make no cgroups
  /// Of the tree. The kernel keeps the number of processes where a pids cgroup can be had; else a tree that
  /// has more is killed, as one with more memory is everywhere.
  processes::TreeBounds bounds;
};

/// Serves one harness process until it closes the socket or dies, then kills everything that descends from
/// here. Returns the exit code of the guard: 0, or 1 when something could not be killed.
int run_guard(GuardOptions options);

}  // namespace bftp::launch::guard
