#include "harness/drive/phases/after_rounds.hpp"

#include "harness/drive/phases/crowding.hpp"
#include "harness/drive/phases/heap_in_use.hpp"
#include "harness/drive/phases/impolite_clients.hpp"
#include "harness/drive/phases/quiet_watches.hpp"
#include "harness/drive/phases/root_look.hpp"
#include "protocol/dialects.hpp"

namespace bftp::drive {

void run_phases(PhaseTools& tools) {
  // Where nothing is answered, clients would wait in vain; only what needs none is looked at.
  const bool answered = !tools.nothing_left;
  const bool own_clients = !client_under_test(tools.record.plan);
  const auto* facts = protocol::find_dialect_facts(tools.record.plan.server.dialect);
  const bool watched = answered && own_clients && tools.arm.probe != nullptr;
  const bool breakable = watched && (facts == nullptr || facts->single_connection);
  const auto run = [&](bool possible, void (*phase)(PhaseTools&)) {
    if (possible && !tools.over()) phase(tools);
  };
  run(true, watch_idle);
  run(answered && own_clients, compare_crowds);
  run(breakable, watch_heap_in_use);
  run(breakable, watch_half_open);
  run(watched, exercise_refusals);
  run(breakable, exercise_other_verbs);
  run(answered, watch_stalled);
  run(breakable, exercise_replacements);
  // Before the last of these: what its transfers leave behind belongs to no stretch, and repeats go on from
  // the last reading of the next phase.
  run(breakable, compare_afterwards);
  run(breakable, exercise_aborts);
  run(own_clients, look_into_root);
}

}  // namespace bftp::drive
