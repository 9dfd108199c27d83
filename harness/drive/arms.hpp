#pragma once

#include <string>

#include "harness/launch/session.hpp"
#include "harness/measure/probe.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/transfer_record.hpp"

namespace bftp::drive {

/// One server that a run drives. What it points to outlives the driver.
struct DrivenArm {
  record::Arm arm = record::Arm::server;
  launch::ServerHandle* server = nullptr;
  measure::Probe* probe = nullptr;  ///< null when nothing can be measured (attached without a pid)
  std::string server_root;          ///< where a PUT is verified; empty: by GET and DELETE
  std::string dialect{};            ///< that it is spoken to in, where it is not the plan's
  /// True: it is there to compare with. When it ends or fails, the run goes on without it and says so. False:
  /// it is what the run is about, and its end ends the run.
  bool companion = false;
};

/// How much of the work an arm takes part in. The first arm of a run does all of it.
struct ArmShare {
  record::Arm arm = record::Arm::server;
  bool every_turn = true;  ///< false: in a block's first turn only
  /// Iterations of one turn over fixtures of plan::large_fixture_bytes and more; 0: as many as the first arm.
  std::uint32_t large_iterations_max = 0;
  std::uint32_t large_round_interval = 1;  ///< takes part with such fixtures in every so manieth round
};

/// The share of the reference server beside a server under test: as much as it takes to compare, and no more.
ArmShare control_share();
/// The share of a second reference server beside the first, which tells the run's noise.
ArmShare control_b_share();

/// Whether it is told the root that we made: the reference server, or a command with {root}.
bool serves_root(const plan::ServerSpec& spec);

/// The root to verify PUTs in. Empty for a server that was not told our root: it serves another folder, so
/// that what was put there can be seen through it alone.
std::string verifiable_root(const plan::ServerSpec& spec, const launch::ServerHandle& server);

}  // namespace bftp::drive
