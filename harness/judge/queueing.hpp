#pragma once

#include <cstdint>
#include <vector>

#include "harness/judge/samples.hpp"

namespace bftp::judge {

/// Sets `own_ms` of all samples of one arm. A server that serves one client after the other, or a few at a
/// time, makes the others wait; that is its design and clause 6.1's matter, no lack of uniformity. A wait for
/// the first byte counts as queueing if other clients were being served during at least 70 % of it and no
/// more transfers ended in it than a queue of `clients` can hold: then own_ms leaves it out. Any other wait
/// (a sleep, a lost packet, a lock) stays in. A client is being served from its first byte on; where the
/// server certainly attends to one at a time, also while it prepares that byte: for as long as a request
/// takes that did not queue. A wait in the middle of a transfer counts likewise where the server certainly
/// does one transfer after the other. `stride`: one of so many transfers is known.
void set_own_times(std::vector<Group>& groups, std::uint32_t clients, std::uint32_t stride);

/// Share of the samples whose wait was queueing, and longer than `wait_ms`.
double queued_share(const std::vector<Group>& groups, double wait_ms = 1);

}  // namespace bftp::judge
