#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/measure/proc_files.hpp"
#include "harness/measure/proc_text.hpp"

namespace bftp::measure {

/// Whose resources to read. What cannot be had is empty.
struct ProbeTarget {
  std::optional<int> top;         ///< the process that was started or attached to
  std::optional<int> guard;       ///< if given: everything below it is the tree, and it is not
  std::string cgroup_v2;          ///< folder
  std::string cgroup_v1_cpuacct;  ///< folder
  std::uint16_t port = 0;         ///< that the server listens on; 0: unknown
};

/// One member of the tree, with its files kept open: opening costs several times what reading does.
struct Member {
  int pid = 0;
  StatLine stat;  ///< as last read
  std::unique_ptr<ProcFile> stat_file, children_file, smaps_file, statm_file;
  std::unique_ptr<ProcFile> counters_file;  ///< of its runtime, where it has one
  bool refuses_collection = false;          ///< it was asked for one, and did not
  std::unique_ptr<ProcFolder> descriptors;
};

/// The members of a server's process tree, kept up to date cheaply. Not thread-safe.
class ProcessTree {
 public:
  ProcessTree(ProcFiles& files, ProbeTarget target);

  /// Reads again who is in the tree and each one's stat line. With `every_thread`, children of all threads
  /// are looked for, which a quick look leaves out: most servers fork from their first thread, and members
  /// once found stay known.
  void refresh(bool every_thread);

  std::map<int, Member>& members() { return members_; }  ///< zombies too
  /// Ended and not waited for by a member; known after refresh(true).
  std::uint32_t zombies() const;

  /// Whether a member lives outside the target's cgroup: it may leave where its user has the right to, and
  /// some cgroups take nobody in. Known after refresh(true).
  bool somebody_is_outside_cgroup();
  /// Does without the cgroup's list from now on.
  void forget_cgroup() { cgroup_procs_.reset(); }

 private:
  std::vector<int> roots();
  std::vector<int> listed_by_cgroup();
  std::vector<int> children_of(Member& member, bool every_thread);
  void add_descendants(std::vector<int> frontier, bool every_thread, std::set<int>& found);
  bool visit(int pid);
  bool is_outside_cgroup(int pid);

  ProcFiles& files_;
  ProbeTarget target_;
  std::unique_ptr<ProcFile> cgroup_procs_;
  std::string cgroup_;    ///< the folder that it is of
  std::set<int> listed_;  ///< by it, when all was looked at
  std::unique_ptr<ProcFile> guard_children_;
  std::vector<char> buffer_;
  std::map<int, Member> members_;
};

}  // namespace bftp::measure
