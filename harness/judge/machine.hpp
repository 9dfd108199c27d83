#pragma once

#include <optional>

#include "harness/judge/check.hpp"

namespace bftp::judge {

/// What the machine did besides serving, over the blocks that are judged. Shares of all cores, 0 to 1,
/// medians over blocks weighted by nothing; unknown where the record does not say.
struct MachineState {
  std::optional<double> busy_share;
  std::optional<double> server_share;
  std::optional<double> workers_share;
  std::optional<double>
      strangers_share;  ///< busy, but neither server nor workers: other programs, the kernel's own work
  std::optional<double> steal_share;  ///< taken by the hypervisor

  /// True if timing cannot be trusted: strangers above 25 % of the machine, or steal above 5 %.
  bool disturbed() const;
  std::string why() const;  ///< "other programs used 41 % of the machine"; empty when calm
  /// Who took most of a machine that had hardly a core idle: "the workers, 55 % of it"; empty when it was not
  /// saturated (below 90 % busy) or when that is unknown.
  std::string bottleneck() const;
  /// True if the cores were mostly idle (below 40 % busy) while the server was: nobody queues for one.
  bool idle() const;
};

MachineState machine_state(const Evidence& evidence, record::Arm arm = record::Arm::server);

/// How long a healthy transfer may be kept waiting by the scheduler alone, ms: a time slice of 4 ms (CFS and
/// EEVDF give 3 to 4 ms on few cores) for each task that may be runnable on its core: every client, the
/// server's part of it, one stranger. At least 12 ms. Differences below it say nothing about a server,
/// whatever their ratio to the median.
double scheduler_floor_ms(const record::RunRecord& record);

}  // namespace bftp::judge
