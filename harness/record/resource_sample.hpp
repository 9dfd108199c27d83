#pragma once

#include <cstdint>
#include <optional>

#include "harness/record/transfer_record.hpp"

namespace bftp::record {

/// What a runtime tells of its garbage collector: HotSpot does (`measure::parse_hotspot_counters`).
struct Collector {
  std::uint64_t runs = 0;        ///< since its start
  std::uint64_t whole_runs = 0;  ///< those that looked at old objects too
  double survived_mib = 0;       ///< on its heap, but for what was allocated since its last run
  /// It went through all objects on our request just before this reading (Probe::collect_garbage()), so that
  /// survived_mib is what lives, and what was resident is that and empty heap.
  bool just_ran = false;
};

/// One row of resources.csv and of resources_more.csv: the server's whole process tree at one instant. What
/// could not be read is nullopt.
struct ResourceSample {
  double time_s = 0;  ///< since the run's start
  Arm arm = Arm::server;
  std::optional<std::uint32_t> processes;  ///< alive, zombies not counted
  std::optional<std::uint32_t> threads;
  std::optional<double> cpu_user_s;  ///< since the server's start, with that of children that have ended
  std::optional<double> cpu_system_s;
  std::optional<double> rss_mib;  ///< summed over processes: shared pages count once for each
  std::optional<double> pss_mib;  ///< proportional set size: what is judged
  std::optional<std::uint32_t> fds;
  std::optional<std::uint32_t> sockets_close_wait;
  std::optional<std::uint32_t> zombies;  ///< ended children that the server has not waited for
  /// In resources_more.csv: pages that no other process maps (USS); what would come back if the tree ended.
  std::optional<double> private_mib;
  /// Likewise: of pss_mib, mapped pages of files (Linux 5.4 and later tell). Programs and libraries: a page's
  /// share gets smaller when any other program maps it, too, and larger when that one ends.
  std::optional<double> pss_file_mib;
  /// Likewise: resident pages that belong to no file, summed over processes. In every sample, unlike
  /// PSS, and unlike RSS free of files that are mapped.
  std::optional<double> anon_mib;
  std::optional<double> cpu_total_s;   ///< likewise: finest total that the system offers
  std::optional<Collector> collector;  ///< likewise: full samples only, summed over processes
};

}  // namespace bftp::record
