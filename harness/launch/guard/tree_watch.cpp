#include "harness/launch/guard/tree_watch.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "processes/proc_tree.hpp"

namespace bftp::launch::guard {
namespace {

using namespace std::chrono_literals;

constexpr auto interval_min = 250ms;
constexpr int looks_in_cost = 100;
/// A process may have left its cgroup (root may), so every so often the tree itself is walked.
constexpr unsigned whole_look_every = 4;

}  // namespace

TreeWatch::TreeWatch(const processes::TreeBounds& bounds, const Cgroups& cgroups)
    : bounds_(bounds), cgroups_(cgroups), next_(Clock::now() + interval_min) {}

int TreeWatch::patience_ms() const {
  if (bounds_.memory_bytes_max == 0 && bounds_.processes_max == 0) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

std::vector<int> TreeWatch::members() const {
  std::vector<int> pids;
  const auto lists = cgroups_.procs_files();
  if (!lists.empty() && looks_ % whole_look_every != 0) {
    std::ifstream list(lists.front());
    for (int pid = 0; list >> pid;) pids.push_back(pid);
    return pids;
  }
  for (const auto& entry : processes::descendants_of(::getpid()))
    if (!entry.zombie) pids.push_back(entry.pid);
  return pids;
}

std::optional<processes::TreeExcess> TreeWatch::look() {
  if (patience_ms() != 0) return std::nullopt;
  const auto start = Clock::now();
  ++looks_;
  const auto excess = processes::beyond(members(), bounds_);
  const auto end = Clock::now();
  next_ = end + std::max<Clock::duration>(interval_min, (end - start) * looks_in_cost);
  return excess;
}

}  // namespace bftp::launch::guard
