#pragma once

#include <optional>
#include <span>

#include "harness/judge/outliers.hpp"

/// Whether a disturbed machine is an excuse for a server that made its clients wait.
namespace bftp::judge {

/// Longer than this, ms, and a busy machine is no excuse: ten times what such a transfer takes as a rule, as
/// if ten other programs ran on its core, and three times what the scheduler may add for all clients
/// (scheduler_floor_ms()). A server that needs more CPU than the reference server suffers more from
/// neighbours, but in proportion to what it needs.
double machine_excuses_up_to_ms(const record::RunRecord& record, double usual_ms);

/// What the reference server's transfers of the same work, between those of the server under test, took
/// beyond their median at the 99th percentile, ms. The same machine did no more to them. Nothing for fewer
/// than 20.
std::optional<double> control_waited_ms(std::span<const Outlier> excesses_of_control);

/// True if the machine did not do it: `waited_ms` beyond the usual is more than machine_excuses_up_to_ms(),
/// and at least four times what the control waited, which must be known.
bool is_no_machines_doing(const record::RunRecord& record, double waited_ms, double usual_ms,
                          std::optional<double> control_waited_ms);

}  // namespace bftp::judge
