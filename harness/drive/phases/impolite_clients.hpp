#pragma once

#include "harness/drive/phases/phase_tools.hpp"

/// What a server meets beside whole transfers, after the rounds: each kind alone, so that what leaks or spins
/// can be told apart. The requests of a phase take some two seconds, fewer of them where the server is slow;
/// one that hangs costs two deadlines of 5 s, and what the server keeps is given the plan's settle_s to
/// return.
namespace bftp::drive {

/// A phase that asks for nothing but refusals, in stretches with a quiet point before the first and after
/// each.
void exercise_refusals(PhaseTools& tools);

/// Likewise with requests that move no whole file, each verb of the dialect in its turn. Nothing where it has
/// none.
void exercise_other_verbs(PhaseTools& tools);

/// Likewise with transfers that the client breaks off: GET, and PUT where the plan has it, in turn. Watches
/// the server's CPU afterwards.
void exercise_aborts(PhaseTools& tools);

/// Likewise with PUTs of a small file, each of which meets an older file of its name that the worker has laid
/// into the server's root. Nothing where the plan has no PUT, its dialect does not replace, or the root is
/// not ours.
void exercise_replacements(PhaseTools& tools);

/// Every client holds a silent connection and one with half a request; watches the server's CPU meanwhile.
void watch_half_open(PhaseTools& tools);

}  // namespace bftp::drive
