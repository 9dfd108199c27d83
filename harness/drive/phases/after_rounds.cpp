#include "harness/drive/phases/after_rounds.hpp"

#include "harness/drive/phases/crowding.hpp"
#include "harness/drive/phases/heap_in_use.hpp"
#include "harness/drive/phases/impolite_clients.hpp"
#include "harness/drive/phases/quiet_watches.hpp"
#include "harness/drive/phases/root_look.hpp"
#include "harness/plan/plan.hpp"
#include "protocol/dialects.hpp"

namespace bftp::drive {

void run_phases(PhaseTools& tools) {
  // Where nothing is answered, clients would wait in vain; only what needs none is looked at.
  const bool answered = !tools.nothing_left;
  const bool own_clients = !client_under_test(tools.record.plan);
  const auto* facts = protocol::find_dialect_facts(tools.record.plan.server.dialect);
  const bool watched = answered && own_clients && tools.arm.probe != nullptr;
  const bool breakable = watched && (facts == nullptr || facts->single_connection);
  const auto run = [&](std::string_view name, bool possible, void (*phase)(PhaseTools&)) {
    if (possible && plan::runs_phase(tools.record.plan, name) && !tools.over()) phase(tools);
  };
  run("idle", true, watch_idle);
  run("crowd", answered && own_clients, compare_crowds);
  run("heap", breakable, watch_heap_in_use);
  run("half-open", breakable, watch_half_open);
  run("refusals", watched, exercise_refusals);
  run("other-verbs", breakable, exercise_other_verbs);
  run("stalled", answered, watch_stalled);
  run("replacements", breakable, exercise_replacements);
  // Before the last of these: what its transfers leave behind belongs to no stretch, and repeats go on from
  // the last reading of the next phase.
  run("afterwards", breakable, compare_afterwards);
  run("aborts", breakable, exercise_aborts);
  if (own_clients && !tools.over()) look_into_root(tools);
}

}  // namespace bftp::drive
