#pragma once

#include <vector>

#include "processes/proc_tree.hpp"
#include "protocol/deadline.hpp"

namespace bftp::processes {

/// What killing a tree needs of the operating system; faked in tests.
class TreeSystem {
 public:
  virtual ~TreeSystem() = default;
  virtual std::vector<ProcessEntry> descendants() = 0;
  virtual void signal(int pid, int number) = 0;
  virtual void kill_cgroups() = 0;
  /// Waits for every child that has ended, without blocking. False when no child is left at all: then there
  /// is no descendant either, since each hangs on a child of ours.
  virtual bool reap() = 0;
  virtual void pause() = 0;  ///< a few milliseconds, less if a child ends
};

/// Kills every descendant, however fast it forks: all are stopped before any is killed, so that none is left
/// running to fork behind our back, and the list is read again until it stays empty. Daemons and processes
/// with sessions of their own are descendants too, because whoever kills them is their subreaper (prctl(2),
/// PR_SET_CHILD_SUBREAPER). Returns how many are left at the deadline: processes of another user, or stuck in
/// the kernel.
std::size_t kill_tree(TreeSystem& system, const protocol::Deadline& deadline);

}  // namespace bftp::processes
