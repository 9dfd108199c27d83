#pragma once

#include <cstddef>

#include "protocol/deadline.hpp"

/// What is left of those that we started, whatever became of their guards. A server may kill its guard; where
/// no cgroup can be had, what it had started in a session of its own would outlive the run.
namespace bftp::launch {

/// From now on processes whose parents end become this process's children, and not init's (prctl(2),
/// PR_SET_CHILD_SUBREAPER). To be called before anything is started.
void adopt_orphans();

/// Kills and reaps every descendant of this process. Returns how many are left at the deadline. The last
/// thing that a program does: whoever still waits for a child of its own would not learn how it ended.
std::size_t end_descendants(const protocol::Deadline& deadline);

}  // namespace bftp::launch
