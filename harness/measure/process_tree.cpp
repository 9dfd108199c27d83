#include "harness/measure/process_tree.hpp"

#include <algorithm>

namespace bftp::measure {
namespace {

std::string proc(int pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

std::string children_path(int pid, const std::string& thread) {
  return "/proc/" + std::to_string(pid) + "/task/" + thread + "/children";
}

constexpr std::size_t buffer_bytes = 256u << 10;  // some 30,000 process ids

}  // namespace

ProcessTree::ProcessTree(ProcFiles& files, ProbeTarget target)
    : files_(files), target_(std::move(target)), buffer_(buffer_bytes) {
  for (const auto* folder : {&target_.cgroup_v2, &target_.cgroup_v1_cpuacct})
    if (!folder->empty() && !cgroup_procs_) {
      cgroup_procs_ = files_.open(*folder + "/cgroup.procs");
      cgroup_ = *folder;
    }
  if (target_.guard)
    guard_children_ = files_.open(children_path(*target_.guard, std::to_string(*target_.guard)));
}

std::uint32_t ProcessTree::zombies() const {
  return static_cast<std::uint32_t>(std::count_if(
      members_.begin(), members_.end(), [](const auto& member) { return member.second.stat.zombie; }));
}

std::vector<int> ProcessTree::listed_by_cgroup() {
  const auto text = cgroup_procs_ ? cgroup_procs_->read(buffer_) : std::nullopt;
  return text ? parse_pids(*text) : std::vector<int>{};
}

/// Where the walk down the tree begins. A guard waits for each orphan at once, so a zombie that is its own
/// child is only on its way out and no fault of the server's.
std::vector<int> ProcessTree::roots() {
  if (guard_children_) {
    if (const auto text = guard_children_->read(buffer_)) return parse_pids(*text);
    return {};
  }
  if (target_.top) return {*target_.top};
  return {};
}

/// Opens what is new, reads its stat line again; false if it is gone.
bool ProcessTree::visit(int pid) {
  auto& member = members_[pid];
  if (!member.stat_file) {
    member.pid = pid;
    member.stat_file = files_.open(proc(pid, "stat"));
    member.children_file = files_.open(children_path(pid, std::to_string(pid)));
    member.descriptors = files_.open_folder(proc(pid, "fd"));
  }
  std::array<char, 1024> line{};
  const auto text = member.stat_file ? member.stat_file->read(line) : std::nullopt;
  const auto stat = text ? parse_stat_line(*text) : std::nullopt;
  if (stat) {
    member.stat = *stat;
    return true;
  }
  // An id may have been given to a new process while we held the old one's files.
  const bool had_been_there = member.stat.pid != 0;
  members_.erase(pid);
  return had_been_there && visit(pid);
}

/// A child hangs on the thread that forked it, and each thread has a list of its own.
std::vector<int> ProcessTree::children_of(Member& member, bool every_thread) {
  std::vector<int> children;
  const auto add = [&](ProcFile* file) {
    const auto text = file ? file->read(buffer_) : std::nullopt;
    if (!text) return;
    for (const int pid : parse_pids(*text)) children.push_back(pid);
  };
  add(member.children_file.get());
  if (!every_thread || member.stat.threads < 2) return children;
  for (const auto& thread : files_.list(proc(member.pid, "task")))
    if (thread != std::to_string(member.pid)) add(files_.open(children_path(member.pid, thread)).get());
  return children;
}

void ProcessTree::add_descendants(std::vector<int> frontier, bool every_thread, std::set<int>& found) {
  while (!frontier.empty()) {
    const int pid = frontier.back();
    frontier.pop_back();
    if (pid == target_.guard || !found.insert(pid).second) continue;
    if (!visit(pid)) {
      found.erase(pid);
      continue;
    }
    for (const int child : children_of(members_[pid], every_thread)) frontier.push_back(child);
  }
}

/// By the line of /proc/PID/cgroup that is of the cgroup's hierarchy (cgroups(7)). One in a cgroup below is
/// inside. The name of ours is like no other: it has our process id.
bool ProcessTree::is_outside_cgroup(int pid) {
  const auto text = files_.read(proc(pid, "cgroup"));
  if (!text) return false;  // ended meanwhile
  const std::string name = cgroup_.substr(cgroup_.rfind('/')) + "/";
  const bool version_2 = cgroup_ == target_.cgroup_v2;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const bool of_ours = version_2 ? line.starts_with("0::") : line.find("cpuacct") < line.find(":/");
    if (of_ours) return (std::string(line) + "/").find(name) == std::string::npos;
  }
  return false;
}

bool ProcessTree::somebody_is_outside_cgroup() {
  if (!cgroup_procs_) return false;
  return std::any_of(members_.begin(), members_.end(), [this](const auto& member) {
    return !member.second.stat.zombie && !listed_.contains(member.first) && is_outside_cgroup(member.first);
  });
}

void ProcessTree::refresh(bool every_thread) {
  std::set<int> found;
  const auto listed = listed_by_cgroup();
  if (every_thread) listed_ = {listed.begin(), listed.end()};
  if (cgroup_procs_ && !every_thread) {
    // The cgroup's own list is whole but for zombies, which nobody counts at a quick look.
    for (const int pid : listed)
      if (visit(pid)) found.insert(pid);
  } else {
    auto frontier = roots();
    frontier.insert(frontier.end(), listed.begin(), listed.end());
    for (const auto& [pid, member] : members_) frontier.push_back(pid);
    add_descendants(std::move(frontier), every_thread, found);
  }
  std::erase_if(members_, [&](const auto& member) { return !found.contains(member.first); });
  if (!target_.guard) return;
  std::erase_if(members_, [&](const auto& member) {
    return member.second.stat.zombie && member.second.stat.parent == *target_.guard;
  });
}

}  // namespace bftp::measure
