#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/measure/proc_files.hpp"

namespace bftp::measure {

struct CpuTimes {
  double total_s = 0;
  std::optional<double> user_s, system_s;  ///< sampled in ticks by some kernels: take totals for judgements
};

/// CPU time that a cgroup has counted for all its members ever, ended ones included.
class CpuAccount {
 public:
  virtual ~CpuAccount() = default;
  virtual std::optional<CpuTimes> read() = 0;
  virtual std::string source() const = 0;
};

/// From a cgroup v2 folder's cpu.stat, else a v1 folder's cpuacct.usage; null when neither can be read.
std::unique_ptr<CpuAccount> open_cpu_account(ProcFiles& files, const std::string& cgroup_v2,
                                             const std::string& cgroup_v1_cpuacct);

}  // namespace bftp::measure
