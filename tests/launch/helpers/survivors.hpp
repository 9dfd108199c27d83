#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "processes/proc_tree.hpp"
#include "protocol/deadline.hpp"

namespace bftp::launch {

/// A zombie is gone too: when it is waited for is up to whoever inherited it.
inline bool runs(int pid) {
  for (const auto& entry : processes::list_processes())
    if (entry.pid == pid) return !entry.zombie;
  return false;
}

/// True once none of these processes runs any more.
inline testing::AssertionResult all_gone(const std::vector<int>& pids, std::chrono::seconds within) {
  const auto limit = protocol::Deadline::after(within);
  while (true) {
    std::string left;
    for (const int pid : pids)
      if (::kill(pid, 0) == 0 && runs(pid)) left += " " + std::to_string(pid);
    if (left.empty()) return testing::AssertionSuccess();
    if (limit.expired()) return testing::AssertionFailure() << "still there:" << left;
    ::usleep(2000);
  }
}

/// Everybody below a process, zombies included.
inline std::vector<int> tree_of(int root) {
  std::vector<int> pids;
  for (const auto& entry : processes::descendants_of(root)) pids.push_back(entry.pid);
  return pids;
}

}  // namespace bftp::launch
