#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bftp::launch::guard {

/// A mounted cgroup hierarchy and our own place in it.
struct Hierarchy {
  std::string folder;      ///< mount point joined with our own cgroup
  std::string controller;  ///< "" for version 2
};

/// From the texts of /proc/self/cgroup and /proc/self/mountinfo (cgroups(7), proc(5)). A hierarchy whose
/// mount does not show our own cgroup is left out.
std::vector<Hierarchy> find_hierarchies(std::string_view self_cgroup, std::string_view mountinfo);

/// The cgroups made for one process tree. Removed by remove(), which expects everybody in them to be gone.
/// Version 2 gives CPU time in µs and cgroup.kill even without any controller; version 1 gives CPU time in ns
/// (cpuacct) and a bound on the number of processes (pids). Each is used where it can be made, and nothing
/// depends on any.
class Cgroups {
 public:
  Cgroups() = default;
  /// Those that a guard made and can look after no more. Empty: there is none.
  Cgroups(std::string v2, std::string cpuacct, std::string pids)
      : v2_(std::move(v2)), cpuacct_(std::move(cpuacct)), pids_(std::move(pids)) {}
  /// Makes a folder `name` in each useful hierarchy. `processes_max` of 0 sets no bound.
  static Cgroups make(const std::string& name, unsigned processes_max);

  const std::string& v2() const { return v2_; }
  const std::string& cpuacct() const { return cpuacct_; }
  const std::string& pids() const { return pids_; }
  bool processes_limited() const { return processes_limited_; }
  /// The cgroup.procs files that a child writes itself into before exec.
  std::vector<std::string> procs_files() const;
  /// SIGKILL to all members at once, and no more forks, as far as the cgroups allow.
  void kill() const;
  void remove() const;

 private:
  std::string v2_, cpuacct_, pids_;
  bool processes_limited_ = false;
};

}  // namespace bftp::launch::guard
