#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/record/resource_sample.hpp"
#include "harness/record/server_runtime.hpp"

namespace bftp::measure {

enum class Detail : std::uint8_t {
  quick,  ///< processes, threads, CPU, RSS, descriptors: cheap enough for 10 Hz over 50 processes
  full,   ///< also PSS, CLOSE_WAIT, zombies: at quiet points, and now and then by the sampler
};

/// Reads one server's process tree. Thread-safe: the sampler's thread and the driver both read.
class Probe {
 public:
  virtual ~Probe() = default;
  /// `time_s` and `arm` are left for the caller. What cannot be read is nullopt; a tree that is gone has
  /// processes == 0.
  virtual record::ResourceSample read(Detail detail) = 0;
  /// Total CPU of the tree since its start, with that of ended children, at the finest resolution to be had.
  virtual std::optional<double> cpu_total_s() = 0;
  /// Hardware instructions of the tree since the first call; nothing where the machine does not count them,
  /// or no longer. Unlike CPU time they depend neither on caches nor on the clock rate nor on neighbours.
  virtual std::optional<double> instructions_total() { return std::nullopt; }
  /// What runs the programs of the tree as it is now, from what they have mapped; of several the one that
  /// leaves most garbage lying. Costs far more than a sample. From then on full samples tell of the
  /// collector, where the runtime does.
  virtual record::ServerRuntime runtime() { return {}; }
  /// Has every program of the tree collect all its garbage, where the runtime takes such a request (HotSpot),
  /// and returns when it has: what full samples then say of memory holds none. False, soon and from then on,
  /// where there is no such runtime, or one does not do it. One caller at a time, after runtime().
  virtual bool collect_garbage() { return false; }
  /// "cgroup v2 cpu.stat", "cgroup v1 cpuacct", "/proc" for the report.
  virtual std::string cpu_source() const = 0;
};

/// Counters of the whole machine since boot, in seconds over all cores.
struct MachineCpu {
  double total_s = 0, idle_s = 0, steal_s = 0;
};

/// Our own process and the machine.
class HostProbe {
 public:
  virtual ~HostProbe() = default;
  virtual std::optional<MachineCpu> machine_cpu() = 0;
  virtual std::optional<double> process_cpu_s(int pid) = 0;         ///< utime + stime of one process
  virtual std::optional<double> process_rss_peak_mib(int pid) = 0;  ///< VmHWM, read while it lives
};

}  // namespace bftp::measure
