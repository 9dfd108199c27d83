#include "processes/tree_killer.hpp"

#include <algorithm>
#include <csignal>
#include <unordered_set>

namespace bftp::processes {
namespace {

std::vector<int> alive(TreeSystem& system) {
  std::vector<int> result;
  for (const auto& entry : system.descendants())
    if (!entry.zombie) result.push_back(entry.pid);
  return result;
}

/// Stops everybody, until a scan shows nobody new. Bounded: a swarm that outruns even this is killed in
/// rounds.
void stop_all(TreeSystem& system) {
  constexpr int rounds_max = 20;
  std::unordered_set<int> stopped;
  for (int round = 0; round < rounds_max; ++round) {
    bool anybody_new = false;
    for (const int pid : alive(system)) {
      if (!stopped.insert(pid).second) continue;
      system.signal(pid, SIGSTOP);
      anybody_new = true;
    }
    if (!anybody_new) return;
  }
}

}  // namespace

/// A list of processes is no proof that nobody is left: one whose parent ends while /proc is being read hangs
/// on nobody that the list shows. The kernel's word that we have no child any more is.
std::size_t kill_tree(TreeSystem& system, const protocol::Deadline& deadline) {
  while (system.reap()) {
    system.kill_cgroups();
    stop_all(system);
    const auto left = alive(system);
    for (const int pid : left) system.signal(pid, SIGKILL);
    if (deadline.expired()) return std::max<std::size_t>(left.size(), 1);
    system.pause();
  }
  return 0;
}

}  // namespace bftp::processes
